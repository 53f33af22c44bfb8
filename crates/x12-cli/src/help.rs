//! Examples and exit codes of each command, as `--help` shows them.

/// Of the command without a subcommand.
pub const ALL: &str = "\
Examples:
  medconnect-x12 validate claims.x12          what is wrong, where, and how to mend it
  medconnect-x12 ack claims.x12 > 999.x12     the acknowledgement
  medconnect-x12 validate --help              options, examples and exit codes of a command

Exit codes:
  0  success
  1  errors in the data; also, of each command: the reader of the output left before its end
  2  an unusable file or argument";

pub const VALIDATE: &str = "\
Examples:
  medconnect-x12 validate claims.x12
  medconnect-x12 validate --show-text inbox/ | less
  medconnect-x12 validate --format html claims.x12 > claims.html
  medconnect-x12 validate --format json --level 2 - < claims.x12
  medconnect-x12 validate --codes adjustment-reason=carc.txt remittance.x12

Claim numbers and the text of segments are shown on a terminal, and elsewhere only with --show-text. The
page of --format html always shows them, so that it cannot be combined with --show-text=never.

Exit codes:
  0  no errors; there may be warnings
  1  errors in the data, or no interchange
  2  an unusable file or argument";

pub const ACK: &str = "\
Examples:
  medconnect-x12 ack claims.x12 > 999.x12
  medconnect-x12 ack --ta1 claims.x12 > ta1.x12
  medconnect-x12 ack --claims --control 17 claims.x12 > 277ca.x12

Nothing is acknowledged before the trailer of its interchange has been read. Standard error names each
transaction set of claims that has no 277CA because the 999 rejects it.

Exit codes:
  0  written; the input has no errors
  1  the input has errors, or no interchange; also: an acknowledgement cannot be written in full,
     as standard error says, and the others are
  2  an unusable file or argument";

pub const JSON: &str = "\
Examples:
  medconnect-x12 json remittance.x12 > remittance.json
  medconnect-x12 json - < eligibility.x12 | jq .groups[0].transactions[0].content
  medconnect-x12 json --typed remittance.x12 | jq '.value.groups[].claims[] | {control_number, paid}'

Exit codes:
  0  converted
  1  a file is cut, has no interchange or its envelopes contradict each other; with --typed also: a
     kind without a typed value, or a transaction set of more than 16 MB or 50,000 loops
  2  an unusable file or argument";

pub const SPLIT: &str = "\
Examples:
  medconnect-x12 split --out sets claims.x12
  medconnect-x12 split --out sets inbox/

Exit codes:
  0  each transaction set has its file
  1  a file is cut, has no interchange or its envelopes contradict each other; what is damaged is
     left as .partial
  2  an unusable file or argument, or a file that exists: name an empty folder; what the run began and
     has no name yet is removed";

pub const GENERATE: &str = "\
Examples:
  medconnect-x12 generate 837p > claims.x12
  medconnect-x12 generate 835 --size 100M --seed 7 --out remittance.x12

Exit codes:
  0  written
  2  an unusable argument, or a file that exists";

pub const STATS: &str = "\
Examples:
  medconnect-x12 stats claims.x12
  medconnect-x12 stats --format json inbox/

Exit codes:
  0  counted
  1  a file is cut, has no interchange or its envelopes contradict each other
  2  an unusable file or argument";
