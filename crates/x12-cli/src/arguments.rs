//! The command line arguments.

use super::help;
use clap::{Args, Parser, Subcommand, ValueEnum};
use mc_x12::Level;
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(name = "medconnect-x12", version, about, long_about = None, arg_required_else_help = true,
    after_help = help::ALL)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reports what is wrong in files, where, and the code in which an acknowledgement carries it
    #[command(after_help = help::VALIDATE)]
    Validate(Validate),
    /// Writes the 999 of each group, the TA1 of each interchange, or the 277CA of claims
    #[command(after_help = help::ACK)]
    Ack(Ack),
    /// Writes each interchange as JSON, loops and segments nested as in the guide
    #[command(after_help = help::JSON)]
    Json(Json),
    /// Writes each transaction set to a file of its own, in complete envelopes
    #[command(after_help = help::SPLIT)]
    Split(Split),
    /// Generates a valid synthetic file
    #[command(after_help = help::GENERATE)]
    Generate(Generate),
    /// Counts transaction sets, loops and segments
    #[command(after_help = help::STATS)]
    Stats(Stats),
}

/// The inputs.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Files or folders; `-` or none for standard input
    pub paths: Vec<PathBuf>,
    /// No progress bar
    #[arg(long)]
    pub quiet: bool,
}

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text, in colour on a terminal
    Human,
    /// One JSON object per line
    Json,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Report {
    /// Text, in colour on a terminal
    Human,
    /// One JSON object per line
    Json,
    /// One page that shows the files with the places marked; it may hold patient data
    Html,
}

/// Whether text of the input is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowText {
    /// On a terminal only
    Auto,
    Always,
    Never,
}

/// The scope of the check.
#[derive(Debug, Args)]
pub struct Rules {
    /// Highest SNIP type to check
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub level: u8,
    /// Accepts only the adopted versions of the guides, not near ones
    #[arg(long)]
    pub adopted_only: bool,
    /// A code list: its name (e.g. `adjustment-reason`, `patient-status`, `icd`; a wrong name lists
    /// all) and a file with one value per line
    #[arg(long, value_name = "NAME=FILE")]
    pub codes: Vec<String>,
    /// Maximum number of findings per transaction set
    #[arg(long, default_value_t = 1_000)]
    pub findings: u32,
}

impl Rules {
    pub fn level(&self) -> Level {
        match self.level {
            1 => Level::Syntax,
            2 => Level::Guide,
            3 => Level::Balance,
            4 => Level::Situation,
            _ => Level::CodeList,
        }
    }
}

#[derive(Debug, Args)]
pub struct Validate {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub rules: Rules,
    #[arg(long, value_enum, default_value_t = Report::Human)]
    pub format: Report,
    /// Shows claim and member numbers and the text of segments, which may be patient data
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true,
        default_value_t = ShowText::Auto, default_missing_value = "always")]
    pub show_text: ShowText,
    /// Shows offending values, which may be patient data
    #[arg(long)]
    pub values: bool,
}

#[derive(Debug, Args)]
pub struct Ack {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub rules: Rules,
    /// Writes TA1 instead of 999
    #[arg(long)]
    pub ta1: bool,
    /// Writes instead the 277CA of each transaction set of claims that the 999 accepts
    #[arg(long, conflicts_with = "ta1")]
    pub claims: bool,
    /// Repeats offending values in the 999, as the guide defines
    #[arg(long)]
    pub values: bool,
    /// First interchange, group and transaction set control number
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=999_999_999))]
    pub control: u32,
}

#[derive(Debug, Args)]
pub struct Json {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Writes the typed value of each transaction set on a line of its own, with what could not be
    /// read; holds one transaction set in memory
    #[arg(long)]
    pub typed: bool,
}

#[derive(Debug, Args)]
pub struct Split {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Folder for the files; it is created where it is missing, and existing files are not
    /// overwritten
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct Stats {
    #[command(flatten)]
    pub inputs: Inputs,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Kinds of synthetic files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Professional claims
    #[value(name = "837p")]
    Claims,
    /// Remittance advice
    #[value(name = "835")]
    Remittance,
    /// Eligibility responses
    #[value(name = "271")]
    Eligibility,
}

#[derive(Debug, Args)]
pub struct Generate {
    pub kind: Kind,
    /// Size at which to stop, e.g. 64K, 10M, 1G
    #[arg(long, default_value = "64K", value_parser = bytes)]
    pub size: u64,
    /// The same seed gives the same file
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Output file; standard output where it is absent
    #[arg(long)]
    pub out: Option<PathBuf>,
}

fn bytes(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.to_ascii_uppercase().chars().last() {
        Some('K') => (&text[..text.len() - 1], 1_000),
        Some('M') => (&text[..text.len() - 1], 1_000_000),
        Some('G') => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    number.ok_or_else(|| "not a size like 64K, 10M or 1G".to_owned())
}
