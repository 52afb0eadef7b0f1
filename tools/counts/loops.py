"""The loop over sequences of a kernel, in PTX and in machine code, and a walk through it with the
article's sequences: what is skipped because the sequence before has the same states is not counted.
SPDX-License-Identifier: MIT
"""
import collections
import re


def count_ptx(lines, kind, real):
    """Instructions of a kind, as mul or fma, on f32 or f64."""
    wanted = re.compile(rf"\b{kind}\.(?:\w+\.)*{real}\b")
    return sum(1 for line in lines if wanted.search(line))


def count_sass(instructions, *names):
    return sum(1 for one in instructions if one.name in names)


def innermost(loops):
    """Of pairs of first and last: those with none inside."""
    return [one for one in loops if not any(
        one[0] <= other[0] and other[1] <= one[1] for other in loops if other != one)]


def ptx_loop(lines):
    """As ptx_test.cpp has it: what reads a record and has the most fma."""
    labels, loops = {}, {}
    for i, line in enumerate(lines):
        if not (label := re.search(r"\$L\w+", line)):
            continue
        if label.start() == 0:
            labels[label[0]] = i
        elif "bra" in line and label[0] in labels:
            loops[labels[label[0]]] = i
    bodies = [lines[first:last] for first, last in innermost(list(loops.items()))]
    bodies = [body for body in bodies if any(re.search(r"ld\.\w*\.?v[24]\.f", x) for x in body)]
    return max(bodies, default=[], key=lambda body: sum("fma.rn" in line for line in body))


def sass_loop(instructions):
    """The same in machine code: from the target of a branch back to the branch."""
    place = {one.address: i for i, one in enumerate(instructions)}
    loops = {}
    for i, one in enumerate(instructions):
        if one.name == "BRA" and one.target is not None and one.target < one.address:
            loops[place[one.target]] = i
    bodies = [instructions[first:last + 1] for first, last in innermost(list(loops.items()))]
    bodies = [body for body in bodies if any(is_record_load(one) for one in body)]
    return max(bodies, default=[], key=lambda body: count_sass(body, "FFMA", "DFMA"))


def is_record_load(one):
    return one.name in ("LDS", "LD", "LDG") and ".128" in one.text.split()[0]


class Records:
    """The article's sequences as kernels/device/records.hpp and sequence_order.cpp lay them out."""

    def __init__(self, sequences, cell, size):
        cheap, zeros_stay = cell in ("Linear", "Relu"), cell != "Sigmoid"
        cut = []
        for inputs in sequences:
            zeros = 0
            while zeros_stay and zeros < len(inputs) and inputs[zeros] == 0:
                zeros += 1
            cut.append(inputs[zeros:])
        cut.sort()
        length, self.all, before = len(sequences[0]), [], []
        for own in cut:
            same = 0
            while same < min(len(own), len(before)) and own[same] == before[same]:
                same += 1
            padding = [0.0] * (length - len(own))
            values = padding + own if cheap else own + padding
            self.all.append((values, (0 if cheap else same, len(own)), size))
            before = own


class Walk:
    """Follows a loop's branches for one sequence after the other. Known are the record's inputs,
    the two numbers of its steps, and what is found from them; a parameter in a comparison is the
    initial state, 0. A branch around a call, which unusual operands of a division take, is taken.
    """

    def __init__(self, kernel, loop):
        self.loop = loop
        self.place = {one.address: i for i, one in enumerate(loop)}
        self.registers, self.predicates = {}, {}
        for one in kernel:
            if one.address == loop[0].address:
                break
            self.execute(one, None)

    def count(self, record):
        """Instructions that are issued, by name."""
        counts, at = collections.Counter(), 0
        while True:
            one = self.loop[at]
            counts[one.name] += 1
            at += 1
            if one.name != "BRA":
                self.execute(one, record)
            elif one.target == self.loop[0].address:
                return counts
            elif self.is_taken(one):
                at = self.place[one.target]

    def is_taken(self, one):
        terms = [one.guard] if one.guard else []
        terms += re.findall(r"(!?U?P[T\d]),", one.text)
        values = [self.predicate(term.lstrip("@")) for term in terms]
        if False in values:
            return False
        if None not in values:
            return True
        skipped = [x for x in self.loop if one.address < x.address < one.target]
        if any(x.name == "CALL" for x in skipped):
            return True
        raise ValueError(f"the walk cannot know: {one.guard} {one.text} at {one.address:#x}")

    def predicate(self, term):
        value = self.predicates.get(term.lstrip("!")) if "PT" not in term else True
        return value if value is None or not term.startswith("!") else not value

    def value(self, operand):
        operand = operand.strip().replace(".reuse", "")
        sign = -1 if operand.startswith("-") else 1
        operand = operand.lstrip("-")
        if operand in ("RZ", "URZ") or operand.startswith("c["):
            return 0
        if re.fullmatch(r"U?R\d+", operand):
            found = self.registers.get(operand)
            return None if found is None else sign * found
        try:
            return sign * (int(operand, 16) if operand.startswith("0x") else float(operand))
        except ValueError:
            return None

    def execute(self, one, record):
        words = one.text.split(None, 1)
        operands = [word.strip() for word in words[1].split(",")] if len(words) > 1 else []
        if one.name in ("ISETP", "FSETP", "DSETP"):
            return self.compare(words[0], operands)
        if one.name in ("LDS", "LD", "LDG"):
            return self.load(words[0], operands, record)
        value = None
        if one.name in ("MOV", "UMOV", "LDC", "ULDC"):
            value = self.value(operands[1])
        elif one.name == "P2R":
            value = self.packed(int(operands[3], 16))
        if operands and not one.name.startswith(("ST", "B")):
            self.put(operands[0], value, 2 if ".64" in words[0] or one.name[0] == "D" else 1)
            for operand in operands[1:2]:  # a second result
                if re.fullmatch(r"U?P\d", operand):
                    self.predicates[operand] = None

    def packed(self, mask):
        bits = [self.predicates.get(f"P{i}") for i in range(7) if mask >> i & 1]
        return None if None in bits else sum(bit << i for i, bit in enumerate(bits))

    def put(self, register, value, count=1):
        if re.fullmatch(r"U?P\d", register):
            self.predicates[register] = None
        elif found := re.fullmatch(r"(U?R)(\d+)", register):
            for i in range(count):
                self.registers[f"{found[1]}{int(found[2]) + i}"] = value

    def compare(self, name, operands):
        a, b = self.value(operands[2]), self.value(operands[3])
        relations = {"EQ": "==", "NE": "!=", "NEU": "!=", "LT": "<", "GT": ">", "LE": "<=",
                     "GE": ">=", "GEU": ">=", "LTU": "<", "GTU": ">", "LEU": "<="}
        relation = relations.get(name.split(".")[1])
        other = self.predicate(operands[4])
        found = None
        if relation and a is not None and b is not None:
            found = {"==": a == b, "!=": a != b, "<": a < b, ">": a > b, "<=": a <= b,
                     ">=": a >= b}[relation]
        for operand, value in ((operands[0], found),
                               (operands[1], None if found is None else not found)):
            if re.fullmatch(r"U?P\d", operand):
                both = [value, other]
                known = False if False in both else None if None in both else True
                self.predicates[operand] = known if ".AND" in name else None

    def load(self, name, operands, record):
        first, wide = int(operands[0][1:]), ".128" in name
        if record is None:  # before the loop
            return self.put(operands[0], None, 4 if wide else 2)
        values, steps, each = record
        offset = re.search(r"\+(-?0x[0-9a-f]+)\]", operands[1])
        offset = int(offset[1], 16) if offset else 0
        if not wide:  # the two numbers of its steps
            for i in range(2 if ".64" in name else 1):
                self.registers[f"R{first + i}"] = steps[(offset // 4 + i) % 2]
            return
        for i in range(4):  # a double is known by its low word, as its comparison names it
            at = offset // (16 // each) + i * each // 4
            low = each == 4 or i % 2 == 0
            self.registers[f"R{first + i}"] = values[at] if low and at < len(values) else None


def walked(kernel, loop, records):
    """Instructions for one sequence, by name: the mean over all."""
    walk, sums = Walk(kernel, loop), collections.Counter()
    for record in records.all:
        sums.update(walk.count(record))
    return {name: count / len(records.all) for name, count in sums.items()}
