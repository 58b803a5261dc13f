//! A real model server, MLServer, on loopback: installed once into the build folder, started by a test.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::pip;

/// The version that the tests were made for.
const MLSERVER: &str = "mlserver==1.7.1";

/// A server that is up; it ends with this.
pub(crate) struct Server {
    child: Child,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves what lies in a folder (`model-settings.json`), started from another one.
pub(crate) fn start(folder: &Path) -> Server {
    let program = pip::environment(&[MLSERVER]).join("bin/mlserver");
    let ports = [free_port(), free_port(), free_port()];
    let settings = format!(
        r#"{{"host": "127.0.0.1", "http_port": {}, "grpc_port": {}, "metrics_port": {}, "parallel_workers": 0}}"#,
        ports[0], ports[1], ports[2]
    );
    std::fs::write(folder.join("settings.json"), settings).unwrap();
    let log = std::fs::File::create(folder.join("server.log")).unwrap();
    let child = Command::new(program)
        .arg("start")
        .arg(folder.file_name().unwrap())
        .current_dir(folder.parent().unwrap())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut server = Server {
        child,
        port: ports[0],
    };
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", server.port)).is_err() {
        let ended = server.child.try_wait().unwrap();
        let log = || std::fs::read_to_string(folder.join("server.log")).unwrap();
        assert!(ended.is_none(), "mlserver ended: {}", log());
        assert!(
            start.elapsed() < Duration::from_secs(90),
            "mlserver is not up: {}",
            log()
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    server
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
