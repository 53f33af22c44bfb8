//! `medconnect-mailbox`: the operator's program for dead letters (docs/runbooks/dead-letters.md).

use clap::{Args, Parser, Subcommand};
use mc_mailbox::{DeadLetter, Operator, Replayed, Selection};
use mc_vocabulary::Clock;
use std::{path::PathBuf, process::ExitCode};

/// Dead letters: events that a service could not apply.
#[derive(Parser)]
#[command(name = "medconnect-mailbox", version)]
struct Arguments {
    /// File with the broker's address and the user medconnect-mailbox:
    /// `amqp://medconnect-mailbox:password@host:port/vhost`
    #[arg(
        long,
        env = "MC_MAILBOX_BROKER_URL_FILE",
        default_value = ".run/secrets/mailbox/broker/url"
    )]
    broker_url_file: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Dead letters of the queues
    #[command(subcommand)]
    Dead(Dead),
}

#[derive(Subcommand)]
enum Dead {
    /// Every queue and the number of its dead letters
    List,
    /// The dead letters of a queue, oldest first: ids and causes, no content
    Show(Which),
    /// Bring dead letters back to their queue, oldest first; recorded in the audit log
    Replay {
        #[command(flatten)]
        which: Which,
        /// Who does it, for the audit log
        #[arg(long)]
        operator: String,
        /// Also bring back messages that name no sender, under the name of the service that owns
        /// their type and under whose key they were published: those of a release before this one
        #[arg(long)]
        vouch: bool,
    },
    /// Remove dead letters for good, oldest first; recorded in the audit log
    Drop {
        #[command(flatten)]
        which: Which,
        /// Who does it, for the audit log
        #[arg(long)]
        operator: String,
    },
}

#[derive(Args)]
struct Which {
    /// The queue, such as audit.log
    queue: String,
    /// Maximum number
    #[arg(long)]
    limit: Option<usize>,
}

impl Which {
    fn selection(&self) -> Selection {
        Selection { limit: self.limit }
    }
}

fn main() -> ExitCode {
    mc_chassis::install_crypto();
    mc_chassis::process::run(Box::pin(run(Arguments::parse())))
}

async fn run(arguments: Arguments) -> anyhow::Result<bool> {
    let file = &arguments.broker_url_file;
    let url = std::fs::read_to_string(file)
        .map_err(|error| anyhow::anyhow!("{}: {error}; name the file with --broker-url-file", file.display()))?;
    let Command::Dead(command) = arguments.command;
    let person = match &command {
        Dead::Replay { operator, .. } | Dead::Drop { operator, .. } => operator.as_str(),
        Dead::List | Dead::Show(_) => "nobody",
    };
    let operator = Operator::connect(&url.trim().to_owned().into(), "", person, Clock::System).await?;
    let done = execute(&operator, &command).await;
    operator.close().await;
    done.map(|()| true)
}

async fn execute(operator: &Operator, command: &Dead) -> anyhow::Result<()> {
    match command {
        Dead::List => {
            for (queue, count) in operator.count().await? {
                let count = count.map_or_else(|| "does not exist".to_owned(), |count| count.to_string());
                println!("{queue:<24} {count}");
            }
        }
        Dead::Show(which) => {
            for letter in operator.show(&which.queue, which.selection()).await? {
                println!("{}", line(&letter));
            }
        }
        Dead::Replay { which, vouch, .. } => {
            let Replayed { events, left } = operator.replay(&which.queue, which.selection(), *vouch).await?;
            println!("{events} events are back in {}", which.queue);
            if left > 0 {
                println!("{left} name no sender and were left: compare type and key in `show`, then --vouch or drop");
            }
        }
        Dead::Drop { which, .. } => {
            let count = operator.drop_letters(&which.queue, which.selection()).await?;
            println!("{count} dead letters of {} are gone", which.queue);
        }
    }
    Ok(())
}

fn line(letter: &DeadLetter) -> String {
    let unknown = || "unknown".to_owned();
    format!(
        "{:>6}  {}  {:<32}  key {:<32}  {}  from {}  {}  {} bytes",
        letter.position,
        letter.id.map_or_else(unknown, |id| id.to_string()),
        letter.event_type,
        letter.routing_key.clone().unwrap_or_else(unknown),
        letter.time.map_or_else(unknown, |time| time.to_rfc3339()),
        letter.sender.clone().unwrap_or_else(unknown),
        letter.cause.clone().unwrap_or_else(unknown),
        letter.bytes,
    )
}
