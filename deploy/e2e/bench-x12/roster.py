"""Writes an 834 of about as many bytes as the argument: a subscriber and a dependent, repeated, 5,000 of each in a
transaction set."""

import sys

size = int(sys.argv[1])
party = f"{'PARTY':15}"
isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{party}*ZZ*{party}*260102*0304*^*00501*000000001*0*T*:~"
members = []
for n in range(5_000):
    id = f"M{n:09}"
    members += [
        "INS*Y*18*021*20*A***FT", f"REF*0F*{id}", "REF*1L*123456001", "DTP*356*D8*19960523",
        f"NM1*IL*1*DOE*JOHN*P***ZZ*{id}", "PER*IP**HP*7172343334*WP*7172341240", "N3*100 MARKET ST*APT 3G",
        "N4*CAMP HILL*PA*17011", "DMG*D8*19400816*M", "HD*021**HLT", "DTP*348*D8*19960601", "COB*P*890111*5",
        "INS*N*19*021*20*A", f"REF*0F*{id}", "NM1*IL*1*DOE*ANN*P", "DMG*D8*20040816*F", "HD*021**HLT",
        "DTP*348*D8*19960601",
    ]
body = "~".join(["BGN*00*12456*20260102*1200****2", "N1*P5*SPONSOR*FI*999888777", "N1*IN*INSURER*XV*654456654", *members])
sets = max(1, size // len(body))
sys.stdout.write(f"{isa}GS*BE*SENDER*RECEIVER*20260102*0304*1*X*005010X220A1~")
for n in range(1, sets + 1):
    sys.stdout.write(f"ST*834*{n:04}*005010X220A1~{body}~SE*{len(members) + 5}*{n:04}~")
sys.stdout.write(f"GE*{sets}*1~IEA*1*000000001~")
