//! The outermost frame of a program: cryptography, runtime, exit status.

use std::{future::Future, process::ExitCode};

/// Runs `work` on a runtime of two threads and turns its end into an exit status: 0 when it says true, 1 otherwise.
/// A failure is printed with its causes on standard error.
pub fn run<W>(work: W) -> ExitCode
where
    W: Future<Output = anyhow::Result<bool>>,
{
    crate::install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => actix_web::rt::System::with_tokio_rt(|| runtime).block_on(work),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
