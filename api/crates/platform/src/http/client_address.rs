//! Who is really there: the peer of the connection, or what a trusted proxy says about it.

use crate::Platform;
use actix_web::HttpRequest;
use actix_web::web::Data;
use std::net::IpAddr;

/// The client's address. `X-Forwarded-For` counts only where the peer is a trusted proxy: then the last address in it that is
/// not a trusted proxy itself. Anybody else may write there what they like.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let platform = request.app_data::<Data<Platform>>()?;
    let trusted = |address: IpAddr| platform.settings.trusted_proxies.iter().any(|network| network.contains(&address));
    if !trusted(peer) {
        return Some(peer);
    }
    let headers = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let named: Vec<IpAddr> = headers.flat_map(|value| value.split(',')).filter_map(|part| part.trim().parse().ok()).collect();
    Some(named.into_iter().rev().find(|address| !trusted(*address)).unwrap_or(peer))
}
