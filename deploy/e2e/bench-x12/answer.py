"""Writes a 271 about one patient of about as many bytes as the argument, whose benefits all differ."""

import sys

size = int(sys.argv[1])
party = f"{'PARTY':15}"
isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{party}*ZZ*{party}*260102*0304*^*00501*000000001*0*T*:~"
segments = [
    "BHT*0022*11*R1*20260102*0304", "HL*1**20*1", "NM1*PR*2*PAYER*****PI*99999", "HL*2*1*21*1",
    "NM1*1P*2*CLINIC*****XX*1234567893", "HL*3*2*22*0", "TRN*2*T1*9CLINIC001", "NM1*IL*1*DOE*JO****MI*M1",
    "EB*1**30*HM*GOLD",
]
written, n = sum(map(len, segments)), 0
while written < size:
    n += 1
    period = ("23", "29", "24")[n % 3]
    segments += [f"EB*C*IND*{(30, 98, 'UC')[n % 3]}***{period}*{n}*****Y", f"MSG*CONDITION {n // 3}"]
    written += len(segments[-1]) + len(segments[-2]) + 2
body = "~".join(segments)
print(f"{isa}GS*HB*A*B*20260102*0304*1*X*005010X279A1~ST*271*0001*005010X279A1~{body}"
      f"~SE*{len(segments) + 2}*0001~GE*1*1~IEA*1*000000001~", end="")
