"""A second checker of firesite's certificates, written from CERTIFICATE.md with the standard library only.

    python3 check_certificate.py solution.json        a file of `firesite solve --out`
    python3 check_certificate.py plan.json            every scenario of a plan (its bounds, given the stated objectives)
    python3 check_certificate.py --claims FILE        [{"instance", "open", "levels": [{"objective", "bound", "status"}], "certificate", "status"}, …]

Prints one line per claim; exit 0 when all hold, 1 when one does not, 2 when a file cannot be read or its format is not known here
(the JSON instance, OR-Library pmed and scp, and levelled instances are).
"""

import gzip
import heapq
import json
import os
import sys
from decimal import Decimal
from fractions import Fraction

FREE, OPEN, CLOSED = 0, 1, 2
SPANS = -1


class Refused(Exception):
    """The claim does not hold."""


def need(condition, message):
    if not condition:
        raise Refused(message)


# ---- the instance and the value of open sites (section 1) ----


class Instance:
    def __init__(self, document):
        self.levels = document["levels"]
        self.limit, self.worst = document["limit"], document["worst"]
        self.sites, self.groups, self.constraints = document["sites"], document["groups"], document["constraints"]
        self.rows = document["rows"]

    def inside(self, time):
        return self.limit is None or time <= self.limit

    def must_reach(self):
        return self.worst is None and any(level in ("time", "center") for level in self.levels)

    def values(self, opened):
        """Values of all levels; refuses a plan that is not feasible."""
        chosen = set(opened)
        need(len(chosen) == len(opened) and all(0 <= j < len(self.sites) for j in chosen), "open sites: one twice, or unknown")
        need(all(j in chosen for j, site in enumerate(self.sites) if site["fixed"]), "a fixed site is closed")
        sets = [self.sites[j]["exclusive"] for j in chosen if self.sites[j]["exclusive"] is not None]
        need(len(sets) == len(set(sets)), "two sites of an exclusive set are open")
        for c in self.constraints:
            value = sum(a for j, a in c["terms"] if j in chosen)
            holds = {"at_least": value >= c["rhs"], "at_most": value <= c["rhs"], "exactly": value == c["rhs"]}[c["sense"]]
            need(holds, f"constraint {c['name']} does not hold")
        covered, free, time, center = [0] * len(self.groups), 0, 0, 0
        for i, row in enumerate(self.rows):
            times = [t for j, t in row["reach"] if j in chosen]
            count = sum(1 for t in times if self.inside(t))
            gains = row.get("gains") or [1]
            weight = row["weight"] * sum(gains[:count])
            if row.get("group") is None:
                free += weight
            else:
                covered[row["group"]] += weight
            need(count or not row.get("must"), f"row {i} must be covered")
            need(times or not self.must_reach(), f"row {i} is not reached")
            nearest = min(times + ([self.worst] if self.worst is not None else []), default=0)
            time += row["weight"] * nearest
            center = max(center, nearest)
        for group, value in zip(self.groups, covered):
            need(value >= group["floor"], f"floor of {group['name']}")
        cover = free + sum(c if g["cap"] is None else min(c, g["cap"]) for g, c in zip(self.groups, covered))
        cost = sum(self.sites[j]["cost"] for j in chosen)
        count = sum(1 for j in chosen if self.sites[j]["counted"])
        return [{"cover": cover, "cost": cost, "count": count, "time": time, "center": center}[level] for level in self.levels]


# ---- row classes (section 3) ----


class RowClass:
    def __init__(self, hard, group, gains, entries):
        self.hard, self.group, self.gains, self.entries, self.weight = hard, group, gains, entries, 0


def classes_of(instance, level, within):
    in_play = [] if level is None else instance.levels[: level + 1]
    timed = "time" in in_play
    covering = "cover" in in_play or any(g["floor"] > 0 for g in instance.groups)
    if within is not None and instance.worst is not None and instance.worst <= within:
        within = None
    must_reach = instance.must_reach()
    known, result = {}, []
    for row in instance.rows:
        must, gains = bool(row.get("must")), tuple(row.get("gains") or ())
        hard = must or must_reach or within is not None
        entries = []
        for site, time in row["reach"]:
            inside = instance.inside(time)
            serves = (not must or inside) and (within is None or time <= within)
            covers = covering and inside
            if serves and (hard or timed or covers) or covers and gains:
                t = 0 if not timed else time if instance.worst is None else min(time, instance.worst)
                entries.append((t, not covers, site, serves))
        weight = row["weight"] if timed or covering else 0
        if not hard and (weight == 0 or not timed and not entries):
            continue
        entries.sort()
        entries = tuple((site, t, not uncovered, serves) for t, uncovered, site, serves in entries)
        key = (hard, row.get("group") if covering else None, gains if covering else (), entries)
        if key not in known:
            known[key] = RowClass(*key)
            result.append(known[key])
        known[key].weight += weight
    return result


# ---- the proof of one level (sections 4 to 6) ----


class Checker:
    def __init__(self, instance, level, within, held_values, proof):
        self.instance, self.level, self.held_values = instance, level, held_values
        self.scale = proof["scale"]
        need(whole(self.scale) and self.scale >= 1, "scale")
        self.classes = classes_of(instance, level, within)
        self.conditions = [(c["terms"], c["sense"], c["rhs"]) for c in instance.constraints]
        self.fix = [OPEN if s["fixed"] else FREE for s in instance.sites]
        sets = {}
        for j, site in enumerate(instance.sites):
            key = ("set", site["exclusive"]) if site["exclusive"] is not None else ("site", j)
            sets.setdefault(key, []).append(j)
        self.sets = list(sets.values())
        self.set_of = {j: s for s, members in enumerate(self.sets) for j in members}
        for members in self.sets:
            if any(self.fix[j] == OPEN for j in members):
                for j in members:
                    self.fix[j] = self.fix[j] or CLOSED
        m = proof.get("multipliers", {})
        sizes = {"rows": len(self.classes), "covers": len(self.classes), "constraints": len(self.conditions),
                 "caps": len(instance.groups), "floors": len(instance.groups), "held": level or 0}
        self.m = {}
        for name, size in sizes.items():
            values = m.get(name) or [0] * size
            need(len(values) == size, f"{len(values)} multipliers of {name}, wanted {size}")
            self.m[name] = list(values)
            for position, value in enumerate(values):
                self.check_sign(name, position, value)
        self.empty, self.parts, self.undo = False, None, []

    def check_sign(self, name, position, value):
        need(whole(value), f"{name} {position} is no whole number")
        need(0 <= position < len(self.m[name]), f"{name} {position} does not exist")
        groups = self.instance.groups
        if name == "covers":
            ok = value == 0 or value > 0 and self.classes[position].gains
        elif name == "constraints":
            sense = self.conditions[position][1]
            ok = {"at_least": value >= 0, "at_most": value <= 0, "exactly": True}[sense]
        elif name == "caps":
            ok = value == 0 or value > 0 and groups[position]["cap"] is not None
        elif name == "held":
            ok = value == 0 or value > 0 and self.instance.levels[position] != "center"
        else:
            ok = value >= 0 or name == "rows"
        need(ok, f"{name} {position} has a wrong sign: {value}")

    def prices(self):
        p = dict.fromkeys(("cover", "cost", "count", "time", "center"), 0)
        if self.level is not None:
            for h in range(self.level):
                p[self.instance.levels[h]] += self.m["held"][h]
            p[self.instance.levels[self.level]] += self.scale
        return p

    def reward(self, c, prices):
        return prices["cover"] if c.group is None else prices["cover"] - self.m["caps"][c.group] + self.m["floors"][c.group]

    def unserved(self, c, prices):
        return None if c.hard else prices["time"] * c.weight * (self.instance.worst or 0)

    def cost(self, c, entry, prices):
        _, t, covers, _ = entry
        return prices["time"] * c.weight * t - (self.reward(c, prices) * c.weight if covers and not c.gains else 0)

    def dual(self, i, prices):
        """v' of section 5."""
        v, c = self.m["rows"][i], self.classes[i]
        if self.parts and self.parts["class"][i] == SPANS:
            return v
        return min([v, *(self.cost(c, e, prices) for e in c.entries if e[3] and self.fix[e[0]] == OPEN)])

    def row_constant(self, i, prices):
        c, y = self.classes[i], self.m["covers"][i]
        limit = self.unserved(c, prices)
        need(limit is None or self.m["rows"][i] <= limit, f"row {i} is above the cost of leaving it unserved")
        return self.dual(i, prices) - sum(max(0, self.reward(c, prices) * c.weight * g - y) for g in c.gains)

    def constant(self, prices, part):
        """`part` None: everything; else what belongs to it (SPANS: to no single part)."""
        mine = lambda kind, position: part is None or self.parts[kind][position] == part
        total = sum(self.m["constraints"][c] * rhs for c, (_, _, rhs) in enumerate(self.conditions) if mine("condition", c))
        for g, group in enumerate(self.instance.groups):
            need(self.m["caps"][g] <= prices["cover"], f"cap {g} is above its limit")
            if mine("group", g):
                total += self.m["floors"][g] * group["floor"] - self.m["caps"][g] * (group["cap"] or 0)
        if part is None or part == SPANS:
            for h, price in enumerate(self.m["held"]):
                value = self.held_values[h]
                total += price * value if self.instance.levels[h] == "cover" else -price * value
        return total

    def set_value(self, s, without=None):
        opened = [j for j in self.sets[s] if self.fix[j] == OPEN]
        if len(opened) > 1:
            return None
        if opened:
            return self.rho[opened[0]]
        return min([0, *(self.rho[j] for j in self.sets[s] if self.fix[j] == FREE and j != without)])

    def bound(self, part):
        """None: the region is empty."""
        prices = self.prices()
        here = lambda j: part is None or self.parts["site"][j] == part
        self.rho = [prices["cost"] * s["cost"] + (prices["count"] if s["counted"] else 0) for s in self.instance.sites]
        for (terms, _, _), price in zip(self.conditions, self.m["constraints"]):
            for j, a in terms:
                self.rho[j] -= price * a
        total = self.constant(prices, part)
        for i, c in enumerate(self.classes):
            if part is None or self.parts["class"][i] == part:
                total += self.row_constant(i, prices)
            v, y = self.dual(i, prices), self.m["covers"][i]
            for e in c.entries:
                if e[3]:
                    self.rho[e[0]] -= max(0, v - self.cost(c, e, prices))
                if e[2] and y:
                    self.rho[e[0]] -= y
        for s, members in enumerate(self.sets):
            if here(members[0]):
                value = self.set_value(s)
                if value is None:
                    return None
                total += value
        return None if self.empty else total

    def dead(self, part):
        for i, c in enumerate(self.classes):
            if (part is None or self.parts["class"][i] == part) and c.hard:
                if not any(e[3] and self.fix[e[0]] != CLOSED for e in c.entries):
                    return True
        for k, (terms, sense, rhs) in enumerate(self.conditions):
            if part is None or self.parts["condition"][k] == part:
                least = sum(a if self.fix[j] == OPEN else min(a, 0) for j, a in terms if self.fix[j] != CLOSED)
                most = sum(a if self.fix[j] == OPEN else max(a, 0) for j, a in terms if self.fix[j] != CLOSED)
                if sense != "at_most" and most < rhs or sense != "at_least" and least > rhs:
                    return True
        return False

    # changes that can be taken back

    def set(self, name, position, value):
        old = self.m[name][position]
        self.m[name][position] = value
        self.undo.append(lambda: self.m[name].__setitem__(position, old))

    def fix_site(self, j, to):
        if self.fix[j] == FREE:
            self.fix[j] = to
            self.undo.append(lambda: self.fix.__setitem__(j, FREE))
            if to == OPEN:
                for other in self.sets[self.set_of[j]]:
                    if self.fix[other] == FREE:
                        self.fix_site(other, CLOSED)
        elif self.fix[j] != to and not self.empty:
            self.empty = True
            self.undo.append(lambda: setattr(self, "empty", False))

    def add_condition(self, condition, part):
        self.conditions.append(condition)
        self.m["constraints"].append(0)
        if self.parts:
            self.parts["condition"].append(part)

        def back():
            self.conditions.pop()
            self.m["constraints"].pop()
            if self.parts:
                self.parts["condition"].pop()

        self.undo.append(back)

    def rollback(self, mark):
        while len(self.undo) > mark:
            self.undo.pop()()

    def apply(self, change, part):
        if change.get("free_rows"):
            prices = self.prices()
            for i, c in enumerate(self.classes):
                if part is None or self.parts["class"][i] == part:
                    self.set("rows", i, self.unserved(c, prices) or 0)
        rows = change.get("all_rows")
        if rows:
            need(part is None and len(rows) == len(self.classes), "all_rows")
            for i, value in enumerate(rows):
                need(whole(value), "all_rows")
                self.set("rows", i, value)
        kinds = {"rows": "class", "covers": "class", "constraints": "condition", "caps": "group", "floors": "group"}
        for name in ("rows", "covers", "constraints", "caps", "floors", "held"):
            for position, value in change.get(name, []):
                self.check_sign(name, position, value)
                if part is not None:
                    need(name in kinds and self.parts[kinds[name]][position] == part, f"{name} {position} is shared")
                self.set(name, position, value)

    def check_sites(self, sites, part):
        for j in sites:
            need(whole(j) and 0 <= j < len(self.fix), f"site {j} does not exist")
            need(part is None or self.parts["site"][j] == part, f"site {j} is of another part")

    def dominate(self, pairs, part):
        need(not pairs or part is None, "dominance below a split")
        for j, k in pairs:
            self.check_sites((j, k), None)
            a, b = self.instance.sites[j], self.instance.sites[k]
            same = self.set_of[j] == self.set_of[k]
            ok = j != k and self.fix[j] == FREE and self.fix[k] != CLOSED and b["cost"] <= a["cost"]
            ok = ok and (a["counted"] or not b["counted"]) and (b["exclusive"] is None or same)
            for terms, sense, _ in self.conditions:
                of = dict(map(tuple, terms))
                changes = [of.get(k, 0) - of.get(j, 0)] + ([] if same else [-of.get(j, 0)])
                for change in changes:
                    ok = ok and {"at_most": change <= 0, "at_least": change >= 0, "exactly": change == 0}[sense]
            for c in self.classes:
                entries = {e[0]: e for e in c.entries}
                if j in entries:
                    e, f = entries[j], entries.get(k)
                    opened = next((x for x in c.entries if x[3] and self.fix[x[0]] == OPEN), None)
                    if not c.gains and opened is not None and opened[1] <= e[1] and opened[2] >= e[2]:
                        continue
                    ok = ok and f is not None and f[1] <= e[1] and f[2] >= e[2] and f[3] >= e[3]
                    ok = ok and (same or not (c.gains and e[2]))
            need(ok, f"site {j} is not dominated by {k}")
            self.fix_site(j, CLOSED)

    def fixings(self, close, opens, target, part):
        if not close and not opens:
            return
        self.check_sites([*close, *opens], part)
        value = self.bound(part)
        if value is not None:
            for j, closed in [*((j, False) for j in close), *((j, True) for j in opens)]:
                if self.fix[j] == (OPEN if closed else CLOSED):
                    continue
                flipped = value
                if self.fix[j] == FREE:
                    s = self.set_of[j]
                    now = self.set_value(s)
                    taken = any(self.fix[i] == OPEN for i in self.sets[s])
                    if closed:
                        flipped = value - now + self.set_value(s, j)
                    elif taken:
                        continue
                    else:
                        flipped = value - now + self.rho[j]
                need(flipped >= target, f"site {j} is fixed without reason")
        for j in close:
            self.fix_site(j, CLOSED)
        for j in opens:
            self.fix_site(j, OPEN)

    def split(self, part_of, at_least, target):
        count = len(at_least)
        need(len(part_of) == len(self.fix) and all(whole(q) and 0 <= q < count for q in part_of), "parts of a split")
        common = lambda parts: parts.pop() if len(parts) == 1 else SPANS
        for members in self.sets:
            need(len({part_of[j] for j in members}) == 1, "a split cuts an exclusive set")
        parts = {"site": part_of, "class": [], "condition": [], "group": []}
        groups = {}
        for c in self.classes:
            entries = c.entries
            if not c.gains:
                opened = next(((e[1], not e[2]) for e in entries if e[3] and self.fix[e[0]] == OPEN), None)
                entries = [e for e in entries if opened is None or (e[1], not e[2]) < opened]
            q = common({part_of[e[0]] for e in entries})
            parts["class"].append(q)
            if c.group is not None and entries:
                groups.setdefault(c.group, set()).add(q)
        parts["group"] = [common(groups.get(g, set())) for g in range(len(self.instance.groups))]
        for i, c in enumerate(self.classes):
            if parts["class"][i] == SPANS and c.group is not None:
                parts["class"][i] = parts["group"][c.group]
        parts["condition"] = [common({part_of[j] for j, _ in terms}) for terms, _, _ in self.conditions]
        prices = self.prices()
        for i in range(len(self.classes)):
            if parts["class"][i] == SPANS:
                self.set("rows", i, self.dual(i, prices))
        self.parts = parts
        shared = self.constant(prices, SPANS)
        shared += sum(self.row_constant(i, prices) for i, q in enumerate(parts["class"]) if q == SPANS)
        need(self.empty or shared + sum(at_least) >= target, f"the parts add up to {shared + sum(at_least)}, wanted {target}")

    def check(self, nodes, target):
        stack, position, part = [], 0, None
        while True:
            need(position < len(nodes), "the tree ends too early")
            node = nodes[position]
            self.apply(node.get("change", {}), part)
            self.dominate(node.get("dominated", []), part)
            self.fixings(node.get("close", []), node.get("open", []), target, part)
            then = node.get("then", "leaf")
            if then == "leaf":
                value = self.bound(part)
                need(value is None or value >= target or self.dead(part), f"leaf {position} has {value}, wanted {target}")
                children = []
            elif then == "next":
                children = [None]
            else:
                (kind, detail), = then.items()
                if kind == "first":
                    self.check_sites(detail, part)
                    need(detail, "a branch without a site")
                    children = [("first", detail, m) for m in range(len(detail) + 1)]
                elif kind == "count":
                    sites, most = detail["sites"], detail["at_most"]
                    self.check_sites(sites, part)
                    need(len(set(sites)) == len(sites) and whole(most), "count")
                    terms = [(j, 1) for j in sites]
                    children = [("count", (terms, "at_most", most)), ("count", (terms, "at_least", most + 1))]
                else:
                    need(kind == "split" and part is None, "a split below a split")
                    self.split(detail["part"], detail["at_least"], target)
                    children = [("split", q, t) for q, t in enumerate(detail["at_least"])]
            if children:
                stack.append((children, len(self.undo), target, part, self.parts is not None and part is None))
            position += 1
            while stack:
                children, mark, target, part, is_split = stack[-1]
                self.rollback(mark)
                if children:
                    break
                if is_split:
                    self.parts = None
                stack.pop()
            else:
                need(position == len(nodes), "nodes after the end of the tree")
                return
            child = children.pop(0)
            if child is None:
                pass
            elif child[0] == "first":
                for j in child[1][: child[2]]:
                    self.fix_site(j, CLOSED)
                if child[2] < len(child[1]):
                    self.fix_site(child[1][child[2]], OPEN)
            elif child[0] == "count":
                self.add_condition(child[1], part)
            else:
                part, target = child[1], child[2]


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


# ---- claims (section 2) ----


def guard(levels):
    value = 0xCBF29CE484222325
    for byte in json.dumps(levels, separators=(",", ":")).encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def check_claim(instance, opened, levels, certificate, status):
    """`levels`: (objective, bound, status) in whole units."""
    need(len(levels) == len(instance.levels), "number of levels")
    if certificate is not None:
        need(certificate["guard"] == guard(certificate["levels"]), "the certificate was changed after it was written")
    if status == "infeasible":
        need(opened is None and certificate is not None and len(certificate["levels"]) == 1, "a refutation")
        proof = certificate["levels"][0]
        Checker(instance, None, None, [], proof).check(proof["nodes"], 1)
        return
    if opened is not None:
        values = instance.values(opened)
        need(values == [objective for objective, _, _ in levels], f"the open sites give {values}")
    else:
        values = [objective for objective, _, _ in levels]
    proven = all(objective is not None for objective, _, _ in levels)
    word = "feasible" if proven else "unknown"
    for k, (objective, bound, stated) in enumerate(levels):
        proven = proven and objective == bound
        need(stated == ("optimal" if proven else word), f"level {k + 1}: status {stated}")
        if bound is None:
            continue
        need(certificate is not None and len(certificate["levels"]) == len(levels), "a bound without a proof")
        proof = certificate["levels"][k]
        within = [v for v, name in zip(values[:k], instance.levels) if name == "center"]
        name = instance.levels[k]
        if name == "center":
            within.append(max(0, bound - 1))
            target = 1 if bound > 0 else None
        else:
            target = proof["scale"] * ((-bound if name == "cover" else bound) - 1) + 1
        checker = Checker(instance, k, min(within, default=None), values[:k], proof)
        checker.check(proof["nodes"], float("-inf") if target is None else target)
    need(status == ("optimal" if proven else word), f"status {status}")


# ---- files ----


class Unreadable(Exception):
    pass


def read_json(path):
    data = open(path, "rb").read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return json.loads(data, parse_float=Decimal)


def scaled(numbers):
    """Numbers times a power of ten that makes all of them whole."""
    numbers = [Decimal(n) for n in numbers]
    places = max((max(0, -n.normalize().as_tuple().exponent) for n in numbers), default=0)
    return [int(n.scaleb(places)) for n in numbers], 10**places


def read_location(path, options):
    """The instance, the ids of its sites, and the unit of the objective."""
    text = open(path, encoding="utf-8").read()
    problem = options["problem"]
    p, radius = options.get("p"), options.get("radius")
    if text.lstrip().startswith("{"):
        document = json.loads(text, parse_float=Decimal)
        weights, weight_unit = scaled(document["weights"])
        costs, cost_unit = scaled([s.get("cost", 1) for s in document["sites"]])
        times, time_unit = scaled([a[2] for a in document["arcs"]])
        arcs = [(a[0], a[1], t) for a, t in zip(document["arcs"], times)]
        p = document.get("p") if p is None else p
        radius = document.get("radius") if radius is None else radius
        ids = [s.get("id", j) for j, s in enumerate(document["sites"])]
        fixed = [bool(s.get("fixed")) for s in document["sites"]]
        groups = [s.get("group") for s in document["sites"]]
    else:
        words = iter(map(int, text.split()))
        first = len(text.lstrip().split("\n")[0].split())
        cost_unit = weight_unit = time_unit = 1
        if first == 3:
            n, m, own = next(words), next(words), next(words)
            edges = {}
            for _ in range(m):
                a, b, w = next(words), next(words), next(words)
                edges[min(a, b), max(a, b)] = w
            graph = [[] for _ in range(n + 1)]
            for (a, b), w in edges.items():
                graph[a].append((b, w))
                graph[b].append((a, w))
            arcs = [(j - 1, i - 1, t) for j in range(1, n + 1) for i, t in shortest(graph, j).items()]
            weights, costs, p = [1] * n, [1] * n, own if p is None else p
        elif first == 2:
            n, columns = next(words), next(words)
            costs = [next(words) for _ in range(columns)]
            arcs = [(next(words) - 1, i, 0) for i in range(n) for _ in range(next(words))]
            weights = [1] * n
        else:
            raise Unreadable(f"{path}: this format is not known here")
        ids = list(range(1, len(costs) + 1))
        fixed, groups = [False] * len(costs), [None] * len(costs)
    limit = None
    covering = problem not in ("p-median", "p-center", "gradual-cover")
    if covering and radius is not None:
        exact = Fraction(str(radius)) * time_unit
        limit = exact.numerator // exact.denominator
        if options.get("strict") and exact.denominator == 1:
            limit -= 1
    rows = [{"weight": w, "must": problem == "set-cover", "reach": []} for w in weights]
    for j, i, t in arcs:
        if limit is None or limit >= 0:
            rows[i]["reach"].append((t, j))
    for row in rows:
        row["reach"] = [(j, t) for t, j in sorted(row["reach"])]
    level, unit, groups_of_rows = model(problem, options, p, limit, rows, time_unit)
    constraint = [] if p is None else [{"name": "p", "sense": "at_most", "rhs": p, "terms": [(j, 1) for j in range(len(ids))]}]
    exclusive = {json.dumps(g): None for g in groups if g is not None}
    exclusive = {g: k for k, g in enumerate(exclusive)}
    instance = Instance({
        "levels": [level], "limit": limit, "worst": None, "groups": groups_of_rows, "constraints": constraint, "rows": rows,
        "sites": [{"cost": c, "counted": True, "fixed": f, "exclusive": None if g is None else exclusive[json.dumps(g)]}
                  for c, f, g in zip(costs, fixed, groups)],
    })
    unit *= {"time": weight_unit * time_unit, "center": time_unit, "cost": cost_unit, "cover": weight_unit}[level]
    return instance, ids, unit


def model(problem, options, p, limit, rows, time_unit):
    """Turns the rows into those of the model; the level, units of it per unit of weight, and the groups."""
    level = {"p-median": "time", "p-center": "center", "set-cover": "cost", "partial-cover": "cost"}.get(problem, "cover")
    unit, groups = 1, []
    covers = lambda row: sum(limit is None or t <= limit for _, t in row["reach"])
    if problem == "partial-cover":
        floor = Fraction(options["share"]) * sum(row["weight"] for row in rows)
        groups = [{"name": "share", "cap": None, "floor": -(-floor.numerator // floor.denominator)}]
        for row in rows:
            row["group"] = 0
    elif problem == "backup-cover":
        for row in rows:
            row["must"], row["gains"] = True, [1, 1]
    elif problem == "weighted-backup-cover":
        first = Fraction(options["first"])
        unit = first.denominator
        for row in rows:
            row["gains"] = [first.numerator, unit - first.numerator]
    elif problem == "expected-cover":
        busy = Fraction(options["busy"])
        a, b = busy.numerator, busy.denominator
        most = min(max(map(covers, rows), default=0), p)
        unit = b**most
        gains = [a ** (k - 1) * (b - a) * b ** (most - k) for k in range(1, most + 1)]
        for row in rows:
            row["gains"] = gains[:max(covers(row), 1)] if gains else [0]
    elif problem == "gradual-cover":
        words = [word.split("=") for word in options["bands"].split(",")]
        worths, unit = scaled([worth.strip() for _, worth in words])
        times = [Fraction(time.strip()) * time_unit for time, _ in words]
        drops = [worth - later for worth, later in zip(worths, worths[1:] + [0])]
        rows[:] = [
            {"weight": row["weight"] * drop, "must": False, "reach": reach}
            for row in rows
            for time, drop in zip(times, drops)
            for reach in [[(j, t) for j, t in row["reach"] if t <= time]]
            if drop > 0 and reach
        ]
    return level, unit, groups


def shortest(graph, start):
    times, heap = {}, [(0, start)]
    while heap:
        time, node = heapq.heappop(heap)
        if node in times:
            continue
        times[node] = time
        for other, w in graph[node]:
            if other not in times:
                heapq.heappush(heap, (time + w, other))
    return times


def units(number, unit):
    """The whole number of units; a decimal was rounded to 17 digits on the way."""
    return None if number is None else round(Fraction(str(number)) * unit)


def check_solution(path, document):
    reference = document["instance"]
    file = os.path.join(os.path.dirname(path), reference["file"])
    instance, ids, unit = read_location(file, reference["options"])
    objective, bound = units(document["objective"], unit), units(document["bound"], unit)
    if "scale" in document:
        objective, bound = document.get("exact"), document.get("exact_bound")
    opened = None if objective is None and not document["open"] else sorted(ids.index(i) for i in document["open"])
    levels = [(objective, bound, document["status"])]
    check_claim(instance, opened, levels, document.get("certificate"), document["status"])
    return f"{document['status']}: objective {document['objective']}, bound {document['bound']}"


def check_plan(path, document):
    for scenario in document["scenarios"]:
        optimum = scenario["optimum"]
        file = os.path.join(os.path.dirname(path), optimum["instance"]["file"])
        instance = Instance(read_json(file))
        levels = []
        for level in optimum["levels"]:
            exact = "exact" in level
            of = lambda name, key: level[key] if exact else units(level[name], level.get("scale", 1))
            levels.append((of("objective", "exact"), of("bound", "exact_bound"), level["status"]))
        check_claim(instance, None, levels, optimum["certificate"], optimum["status"])
        yield f"{scenario['name']}: {optimum['status']}, bounds {[bound for _, bound, _ in levels]}"


def verdict(claim):
    levels = [(level["objective"], level["bound"], level["status"]) for level in claim["levels"]]
    try:
        check_claim(Instance(claim["instance"]), claim["open"], levels, claim["certificate"], claim["status"])
    except Refused as reason:
        return f"refused: {reason}"
    return "holds"


def main(arguments):
    path = arguments[-1]
    try:
        document = read_json(path)
        if "--claims" in arguments:
            for claim in document:
                print(verdict(claim))
        elif "scenarios" in document:
            for line in check_plan(path, document):
                print(line)
        else:
            print(check_solution(path, document))
    except Refused as reason:
        print(f"refused: {reason}")
        return 1
    except (Unreadable, OSError, ValueError, KeyError, TypeError, IndexError) as reason:
        print(f"unreadable: {reason!r}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
