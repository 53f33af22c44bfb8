//! A TCP proxy with faults on command: for the database, the broker, an upstream.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the proxy does with connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behavior {
    Forward,
    Cut,
    Stall,
    Freeze,
    Lose,
}

/// A proxy for `host:port` on a port of its own.
#[derive(Clone)]
pub struct ChaosProxy {
    /// The proxy's port on loopback.
    pub port: u16,
    behavior: Arc<watch::Sender<Behavior>>,
}

impl ChaosProxy {
    /// A proxy that forwards everything for now.
    ///
    /// # Panics
    /// If no port is free.
    #[expect(clippy::unused_async, reason = "tests await it as they await the other servers")]
    pub async fn before(target: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let behavior = Arc::new(watch::channel(Behavior::Forward).0);
        let watched = Arc::clone(&behavior);
        let target = target.to_owned();
        // On a thread of its own: it keeps running while a finished test waits for its service to
        // stop.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(serve(listener, target, watched));
        });
        Self { port, behavior }
    }

    /// A proxy for the host and port of `url`.
    ///
    /// # Panics
    /// If the URL has no host and port.
    pub async fn before_url(url: &str) -> Self {
        let url = url::Url::parse(url).unwrap();
        Self::before(&format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())).await
    }

    /// Closes every connection and refuses new ones.
    pub fn cut(&self) {
        self.behavior.send_replace(Behavior::Cut);
    }

    /// Accepts connections and never responds.
    pub fn stall(&self) {
        self.behavior.send_replace(Behavior::Stall);
    }

    /// Keeps connections open and delivers nothing until it is restored, as a network that drops
    /// packets.
    pub fn freeze(&self) {
        self.behavior.send_replace(Behavior::Freeze);
    }

    /// Loses the connections of now: they stay open and deliver nothing, even after it is restored,
    /// as where the server gave up while packets were dropped. New connections wait until then.
    pub fn lose(&self) {
        self.behavior.send_replace(Behavior::Lose);
    }

    /// Forwards everything again.
    pub fn restore(&self) {
        self.behavior.send_replace(Behavior::Forward);
    }
}

/// Accepts connections until the process ends: a service that is being stopped still needs it.
async fn serve(listener: std::net::TcpListener, target: String, behavior: Arc<watch::Sender<Behavior>>) {
    let listener = TcpListener::from_std(listener).unwrap();
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(carry(client, target.clone(), behavior.subscribe()));
    }
}

async fn carry(mut client: TcpStream, target: String, mut behavior: watch::Receiver<Behavior>) {
    let now = *behavior.borrow_and_update();
    let watched = behavior.clone();
    let is_lost = AtomicBool::new(false);
    let is_silent = matches!(now, Behavior::Stall | Behavior::Lose);
    let talk = async {
        if is_silent {
            std::future::pending::<()>().await;
        }
        if now != Behavior::Cut
            && let Ok(mut server) = TcpStream::connect(&target).await
        {
            let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
            tokio::select! {
                () = pump(from_client, to_server, watched.clone(), &is_lost) => {}
                () = pump(from_server, to_client, watched.clone(), &is_lost) => {}
            }
        }
    };
    let mut losing = behavior.clone();
    let lose = async {
        let _ = losing.wait_for(|next| *next == Behavior::Lose).await;
        is_lost.store(true, Ordering::Release);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = talk => {}
        () = lose => {}
        // A connection survives a freeze and a loss; every other change closes it.
        _ = behavior.wait_for(|next| *next != now && (is_silent || matches!(next, Behavior::Cut | Behavior::Stall))) => {}
    }
}

/// Copies until the end, and nothing while frozen or lost.
async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut behavior: watch::Receiver<Behavior>,
    is_lost: &AtomicBool,
) {
    let mut buffer = [0; 16_384];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let delivers = |now: &Behavior| !matches!(now, Behavior::Freeze | Behavior::Lose);
        if behavior.wait_for(delivers).await.is_err() {
            return;
        }
        if is_lost.load(Ordering::Acquire) {
            std::future::pending::<()>().await;
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
