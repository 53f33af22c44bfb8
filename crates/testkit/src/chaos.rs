//! A TCP proxy that misbehaves on command: for the database, the broker, an upstream.

use std::sync::Arc;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the proxy does with connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behavior {
    Through,
    Cut,
    Stall,
}

/// Stands before `host:port` on a port of its own.
#[derive(Clone)]
pub struct ChaosProxy {
    /// The proxy's own port, on loopback.
    pub port: u16,
    behavior: Arc<watch::Sender<Behavior>>,
}

impl ChaosProxy {
    /// A proxy that lets everything through for now.
    ///
    /// # Panics
    /// Where no port is free.
    #[expect(clippy::unused_async, reason = "tests await it as they await the other servers")]
    pub async fn before(target: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let behavior = Arc::new(watch::channel(Behavior::Through).0);
        let watched = Arc::clone(&behavior);
        let target = target.to_owned();
        // On a thread of its own: it goes on while a test that is over waits for its service to stop.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(serve(listener, target, watched));
        });
        Self { port, behavior }
    }

    /// The same before the host and port of `url`.
    ///
    /// # Panics
    /// Where the URL names no host and port.
    pub async fn before_url(url: &str) -> Self {
        let url = url::Url::parse(url).unwrap();
        Self::before(&format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())).await
    }

    /// Ends every connection and refuses new ones.
    pub fn cut(&self) {
        self.behavior.send_replace(Behavior::Cut);
    }

    /// Accepts, and never says anything.
    pub fn stall(&self) {
        self.behavior.send_replace(Behavior::Stall);
    }

    /// Lets everything through again.
    pub fn restore(&self) {
        self.behavior.send_replace(Behavior::Through);
    }
}

/// Accepts connections as long as the process runs: a service that is being stopped still needs it.
async fn serve(listener: std::net::TcpListener, target: String, behavior: Arc<watch::Sender<Behavior>>) {
    let listener = TcpListener::from_std(listener).unwrap();
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(carry(client, target.clone(), behavior.subscribe()));
    }
}

async fn carry(mut client: TcpStream, target: String, mut behavior: watch::Receiver<Behavior>) {
    let now = *behavior.borrow_and_update();
    let talk = async {
        if now == Behavior::Through
            && let Ok(mut server) = TcpStream::connect(&target).await
        {
            let _ = copy_bidirectional(&mut client, &mut server).await;
        } else if now == Behavior::Stall {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = talk => {}
        // Any change of behavior ends the connections of before.
        _ = behavior.changed() => {}
    }
}
