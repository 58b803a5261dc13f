//! Which version of a model answers: settled once, held to from then on.

use std::sync::OnceLock;

use crate::open_inference::{BodyError, shown};

/// The version of a model, once somebody has named it.
#[derive(Debug, Default)]
pub(super) struct Version(OnceLock<Settled>);

#[derive(Debug)]
struct Settled {
    version: String,
    by: By,
}

/// Who named a version.
#[derive(Clone, Copy, Debug)]
enum By {
    Descriptor,
    Plan,
    Metadata,
    Answer,
}

impl Version {
    /// The version that the descriptor asks for, else the one of the plan, else the only one of the metadata,
    /// which lists `listed`.
    ///
    /// # Errors
    /// The metadata lists others than the plan's.
    pub(super) fn new(
        asked: Option<&str>,
        planned: Option<&str>,
        listed: &[String],
    ) -> Result<Self, BodyError> {
        let only = match listed {
            [only] => Some(only.as_str()),
            _ => None,
        };
        let named = [
            (asked, By::Descriptor),
            (planned, By::Plan),
            (only, By::Metadata),
        ];
        let named = named.into_iter().find_map(|(version, by)| {
            let version = version?.to_owned();
            Some(Settled { version, by })
        });
        let Some(settled) = named else {
            return Ok(Self::default());
        };
        let is_listed = listed.is_empty() || listed.contains(&settled.version);
        if matches!(settled.by, By::Plan) && !is_listed {
            return Err(settled.against(&format!("lists version {}", listed.join(" "))));
        }
        Ok(Self(OnceLock::from(settled)))
    }

    /// The version; `None` as long as nobody has named one.
    pub(super) fn known(&self) -> Option<&str> {
        self.0.get().map(|settled| settled.version.as_str())
    }

    /// Takes the version that an answer names; the first one settles it where nobody else has.
    ///
    /// # Errors
    /// It is another one than before.
    pub(super) fn met(&self, found: &str) -> Result<(), BodyError> {
        let settled = self.0.get_or_init(|| Settled {
            version: found.to_owned(),
            by: By::Answer,
        });
        match settled.version == found {
            true => Ok(()),
            false => Err(settled.against(&format!("answered with version {found}"))),
        }
    }
}

impl Settled {
    /// The error of a server that does what `does` says in spite of this version.
    fn against(&self, does: &str) -> BodyError {
        let version = shown(&self.version);
        let known = match self.by {
            By::Descriptor => format!("`http.version` asks for {version}"),
            By::Plan => format!("it was {version} when the run was planned: run again"),
            By::Metadata => {
                format!("its metadata says {version}: name the one that you mean by `http.version`")
            }
            By::Answer => {
                format!("with {version} before: name the one that you mean by `http.version`")
            }
        };
        BodyError::OtherVersion {
            does: shown(does),
            known,
        }
    }
}
