"""What an H100 could do at most by a count of instructions: the nearest of its limits.
SPDX-License-Identifier: MIT
"""
import dataclasses

MULTIPROCESSORS, SCHEDULERS, LANES = 132, 4, 32
CLOCK = 1.98e9            # Hz at most
MEMORY = 3.35e12          # bytes/s by the data sheet
THREADS = MULTIPROCESSORS * SCHEDULERS * LANES * CLOCK  # instructions of one thread a second

# Cycles for which an instruction of a warp keeps a scheduler's unit; each takes one to issue.
PIPES = {
    "FP32": (1, {"FFMA", "FMUL", "FADD"}),
    "FP64": (2, {"DFMA", "DMUL", "DADD", "DSETP"}),
    "ALU": (2, {"FSEL", "FSETP", "FMNMX", "LOP3", "PLOP3", "ISETP", "IADD3", "SHF", "LEA", "SEL",
                "MOV", "P2R", "R2P", "VIADD", "VIADDMNMX", "VIMNMX", "PRMT"}),
    "MUFU": (8, {"MUFU", "F2I", "I2F", "F2F"}),
}
CONTROL = {"BRA", "BSSY", "BSYNC", "BRX", "CALL", "RET", "EXIT", "WARPSYNC", "BAR", "BREAK"}
LOADS = {"LDS", "LD", "LDG", "LDC", "ULDC"}


@dataclasses.dataclass
class Prediction:
    cycles: dict       # by limit, of a scheduler for one turn of a thread's loop
    loads: float
    control: float
    per_second: float  # cells, or evaluations
    limit: str

    @property
    def share(self):
        """Of the time until the nearest limit in which the unit of floating point works."""
        return max(self.cycles["FP32"], self.cycles["FP64"]) / max(self.cycles.values())


def predict(counts, cells, turns, bytes_of_cell):
    """`counts` instructions by name serve `cells` cells `turns` times."""
    cycles = {"issue": sum(counts.values())}
    for pipe, (each, names) in PIPES.items():
        cycles[pipe] = each * sum(count for name, count in counts.items() if name in names)
    rates = {name: THREADS * cells / (turns * value) for name, value in cycles.items() if value}
    if bytes_of_cell:
        rates["memory"] = MEMORY / bytes_of_cell
    limit = min(rates, key=rates.get)
    of = lambda names: sum(count for name, count in counts.items() if name in names)
    return Prediction(cycles, of(LOADS), of(CONTROL), rates[limit], limit)
