//! A TCP proxy between the service and what it needs, to be cut and restored.

use super::process::free_port;
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

/// A line that can be cut: connections that are open break, and new ones are refused until it is restored.
pub struct Proxy {
    address: SocketAddr,
    target: String,
    serving: Option<JoinHandle<()>>,
}

impl Proxy {
    /// To `host:port`.
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", free_port())).await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let mut proxy = Self { address, target: target.to_owned(), serving: None };
        proxy.serve(listener);
        proxy
    }

    /// To the server that an URL names; and the URL that leads through the proxy.
    pub async fn before(url: &str) -> (Self, String) {
        let (scheme, rest) = url.split_once("://").expect("an URL");
        let (authority, path) = rest.split_once('/').map_or((rest, String::new()), |(a, path)| (a, format!("/{path}")));
        let (user, target) = authority.rsplit_once('@').map_or((String::new(), authority), |(user, t)| (format!("{user}@"), t));
        let proxy = Self::to(target).await;
        let through = format!("{scheme}://{user}{}{path}", proxy.address);
        (proxy, through)
    }

    fn serve(&mut self, listener: TcpListener) {
        let target = self.target.clone();
        self.serving = Some(tokio::spawn(async move {
            // Dropped with this task, and the connections with it.
            let mut lines = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let target = target.clone();
                lines.spawn(async move {
                    if let Ok(server) = TcpStream::connect(target).await {
                        join(client, server).await;
                    }
                });
            }
        }));
    }

    /// Cuts the line.
    pub async fn cut(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _aborted = serving.await;
        }
    }

    /// The line is there again, at the same address.
    pub async fn restore(&mut self) {
        self.cut().await;
        let socket = TcpSocket::new_v4().expect("a socket");
        // Lines that were cut a moment ago still hold the port.
        socket.set_reuseaddr(true).expect("an option");
        socket.bind(self.address).expect("the same port");
        self.serve(socket.listen(128).expect("a listener"));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

/// Hands bytes on in both directions until one side ends.
async fn join(mut client: TcpStream, mut server: TcpStream) {
    let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}
