//! The two pipes to a process, with deadlines: lines and runs of bytes.
//!
//! Both pipes are watched at once, so that a process which writes before it has read all of a request
//! stops neither side.

use std::io::{BufRead, ErrorKind, Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Why nothing more comes or goes.
#[derive(Debug)]
pub(super) enum Broken {
    /// The deadline has passed.
    Late,
    /// The process closed its end.
    Closed,
    /// A line has more bytes than it may.
    TooLong,
    /// The system failed.
    System(std::io::Error),
}

/// What is read at once.
const BLOCK_BYTES: usize = 1 << 18;
/// What the pipes are asked to hold: a request of ordinary size goes over in one piece.
#[cfg(target_os = "linux")]
const PIPE_BYTES: usize = 1 << 20;

pub(super) struct Stream {
    input: ChildStdin,
    output: ChildStdout,
    /// What was received; up to `taken` it has been handed out.
    received: Vec<u8>,
    taken: usize,
    block: Box<[u8]>,
}

impl Stream {
    pub(super) fn new(input: ChildStdin, output: ChildStdout) -> std::io::Result<Self> {
        rustix::io::ioctl_fionbio(&input, true)?;
        rustix::io::ioctl_fionbio(&output, true)?;
        #[cfg(target_os = "linux")]
        {
            // A system that grants less is slower, no more.
            let _ = rustix::pipe::fcntl_setpipe_size(&input, PIPE_BYTES);
            let _ = rustix::pipe::fcntl_setpipe_size(&output, PIPE_BYTES);
        }
        Ok(Self {
            input,
            output,
            received: Vec::new(),
            taken: 0,
            block: vec![0; BLOCK_BYTES].into_boxed_slice(),
        })
    }

    /// Writes all of it; what comes meanwhile is kept, up to `most` bytes.
    pub(super) fn send(
        &mut self,
        mut bytes: &[u8],
        most: usize,
        deadline: Instant,
    ) -> Result<(), Broken> {
        while !bytes.is_empty() {
            match self.input.write(bytes) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let readable = self.wait(true, deadline)?;
                    if readable {
                        self.receive()?;
                    }
                    if self.received.len() - self.taken > most {
                        return Err(Broken::TooLong);
                    }
                }
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Err(Broken::Closed),
                Err(error) => return Err(Broken::System(error)),
            }
        }
        Ok(())
    }

    /// The next line without its end, of at most `most` bytes.
    pub(super) fn line(&mut self, most: usize, deadline: Instant) -> Result<Vec<u8>, Broken> {
        let mut searched = 0;
        loop {
            let rest = self.rest();
            let mut unsearched = &rest[searched.min(rest.len())..];
            // The standard library's own search is the fast one.
            let skipped = unsearched.skip_until(b'\n').map_err(Broken::System)?;
            let end = searched + skipped;
            let found = skipped > 0 && rest.get(end - 1) == Some(&b'\n');
            let length = if found { end - 1 } else { end };
            if length > most {
                return Err(Broken::TooLong);
            }
            if found {
                let line = rest[..length].to_vec();
                self.take(end);
                return Ok(line);
            }
            searched = end;
            self.more(deadline)?;
        }
    }

    /// The next `count` bytes. No more memory is taken than has arrived.
    pub(super) fn bytes(&mut self, count: usize, deadline: Instant) -> Result<Vec<u8>, Broken> {
        while self.rest().len() < count {
            self.more(deadline)?;
        }
        let bytes = self.rest()[..count].to_vec();
        self.take(count);
        Ok(bytes)
    }

    fn rest(&self) -> &[u8] {
        self.received.get(self.taken..).unwrap_or_default()
    }

    fn take(&mut self, count: usize) {
        self.taken += count;
        if self.taken >= self.received.len() {
            self.received.clear();
            self.taken = 0;
        }
    }

    fn more(&mut self, deadline: Instant) -> Result<(), Broken> {
        while !self.receive()? {
            self.wait(false, deadline)?;
        }
        // One that never stops talking is late, too.
        if Instant::now() > deadline {
            return Err(Broken::Late);
        }
        Ok(())
    }

    /// Reads what is there; whether there was something.
    fn receive(&mut self) -> Result<bool, Broken> {
        match self.output.read(&mut self.block) {
            Ok(0) => Err(Broken::Closed),
            Ok(count) => {
                if self.taken > 0 {
                    self.received.drain(..self.taken);
                    self.taken = 0;
                }
                self.received.extend_from_slice(&self.block[..count]);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(false),
            Err(error) => Err(Broken::System(error)),
        }
    }

    /// Waits until something can be read (or written); whether something can be read.
    fn wait(&self, to_write: bool, deadline: Instant) -> Result<bool, Broken> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Broken::Late);
        }
        let left = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        };
        let mut watched = vec![PollFd::new(&self.output, PollFlags::IN)];
        if to_write {
            watched.push(PollFd::new(&self.input, PollFlags::OUT));
        }
        match poll(&mut watched, Some(&left)) {
            Ok(0) => Err(Broken::Late),
            Ok(_) => Ok(watched
                .first()
                .is_some_and(|output| !output.revents().is_empty())),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(Broken::System(error.into())),
        }
    }
}
