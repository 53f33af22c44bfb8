//! A TCP proxy that misbehaves on command: for the database, the broker, an upstream.

use std::sync::Arc;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the proxy does with connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Through,
    Cut,
    Stall,
}

/// Stands before `host:port` on a port of its own.
#[derive(Clone)]
pub struct ChaosProxy {
    /// The proxy's own port, on loopback.
    pub port: u16,
    mood: Arc<watch::Sender<Mood>>,
}

impl ChaosProxy {
    /// A proxy that lets everything through for now.
    ///
    /// # Panics
    /// Where no port is free.
    pub async fn before(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mood, watching) = watch::channel(Mood::Through);
        let target = target.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, target.clone(), watching.clone()));
            }
        });
        Self {
            port,
            mood: Arc::new(mood),
        }
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
        self.mood.send_replace(Mood::Cut);
    }

    /// Accepts, and never says anything.
    pub fn stall(&self) {
        self.mood.send_replace(Mood::Stall);
    }

    /// Lets everything through again.
    pub fn restore(&self) {
        self.mood.send_replace(Mood::Through);
    }
}

async fn carry(mut client: TcpStream, target: String, mut mood: watch::Receiver<Mood>) {
    let now = *mood.borrow_and_update();
    let talk = async {
        if now == Mood::Through
            && let Ok(mut server) = TcpStream::connect(&target).await
        {
            let _ = copy_bidirectional(&mut client, &mut server).await;
        } else if now == Mood::Stall {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = talk => {}
        // Any change of mood ends what went on before.
        _ = mood.changed() => {}
    }
}
