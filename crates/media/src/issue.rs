//! Defects that cost a part of a recording, not the whole: they are counted and reported with their place.

use std::fmt;

use record::MediaTime;

/// A defect of the recording and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where it begins.
    pub at: MediaTime,
    /// What it is.
    pub kind: IssueKind,
}

/// The defects a recording can have and still be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssueKind {
    /// Packets that could not be decoded; silence stands in their place.
    Corrupt {
        /// How many in a row.
        packets: u64,
        /// How much silence stands for them.
        silence: MediaTime,
    },
    /// A stretch that is missing from the file, by its timestamps; silence stands in its place.
    Gap {
        /// How much silence was put in.
        silence: MediaTime,
    },
    /// Timestamps that jump by more than can be believed; the sound goes on without a gap.
    ClockJump,
    /// The file ends in the middle.
    Truncated,
    /// HE-AAC decoded without its upper frequencies, for want of `ffmpeg`.
    UpperBandMissing {
        /// Whether the file says so; else its sample rate makes it likely.
        certain: bool,
    },
    /// `ffmpeg` decoded to the end, and complained.
    Complaint {
        /// Its last line.
        text: String,
    },
    /// The decoder found no way past a damaged place; what follows is lost.
    Stopped {
        /// What it found there.
        reason: String,
    },
    /// So many further defects that they are only counted.
    More {
        /// How many.
        count: u64,
    },
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.at, self.kind)
    }
}

impl fmt::Display for IssueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt { packets: 1, silence } => {
                write!(f, "1 packet could not be decoded ({} s of silence in its place)", seconds(*silence))
            }
            Self::Corrupt { packets, silence } => write!(
                f,
                "{packets} packets could not be decoded ({} s of silence in their place)",
                seconds(*silence)
            ),
            Self::Gap { silence } => {
                write!(f, "{} s are missing from the file (silence in their place)", seconds(*silence))
            }
            Self::ClockJump => write!(f, "the timestamps jump; the sound was joined without a gap"),
            Self::Truncated => write!(f, "the file ends in the middle"),
            Self::UpperBandMissing { certain } => write!(
                f,
                "{} decoded without its upper frequencies\nhint: install `ffmpeg`, for example with \
                 `apt-get install ffmpeg`, to hear all of it",
                if *certain {
                    "the sound is HE-AAC and was"
                } else {
                    "the sound may be HE-AAC, and then was"
                }
            ),
            Self::Complaint { text } => write!(f, "`ffmpeg` complained: {text}"),
            Self::Stopped { reason } => write!(f, "what follows could not be read: {reason}"),
            Self::More { count } => write!(f, "{count} further defects"),
        }
    }
}

/// Issues kept one by one; those beyond are only counted.
const KEPT: usize = 200;

/// The defects found so far, in a bounded list.
#[derive(Debug, Default)]
pub(crate) struct Issues(Vec<Issue>);

impl Issues {
    pub(crate) fn as_slice(&self) -> &[Issue] {
        &self.0
    }

    pub(crate) fn report(&mut self, at: MediaTime, kind: IssueKind) {
        if self.join_corrupt(at, &kind) {
            return;
        }
        if let Some(Issue { kind: IssueKind::More { count }, .. }) = self.0.last_mut() {
            *count += 1;
            return;
        }
        let kind = if self.0.len() < KEPT { kind } else { IssueKind::More { count: 1 } };
        self.0.push(Issue { at, kind });
    }

    /// Counts a corrupt packet that follows another without a break as part of the same issue.
    fn join_corrupt(&mut self, at: MediaTime, kind: &IssueKind) -> bool {
        // The places are rounded to milliseconds, so neighbours may seem a little apart.
        const BREAK_MILLISECONDS: u64 = 3;
        let IssueKind::Corrupt { packets: new_packets, silence: new_silence } = kind else { return false };
        let Some(Issue { at: first, kind: IssueKind::Corrupt { packets, silence } }) = self.0.last_mut()
        else {
            return false;
        };
        let end = first.as_millis() + silence.as_millis();
        if at.as_millis() > end + BREAK_MILLISECONDS * *packets {
            return false;
        }
        *packets += new_packets;
        *silence = MediaTime::from_millis(
            at.as_millis().max(first.as_millis()) - first.as_millis() + new_silence.as_millis(),
        );
        true
    }
}

fn seconds(time: MediaTime) -> String {
    format!("{:.2}", time.as_seconds_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corrupt(at: u64, silence: u64) -> (MediaTime, IssueKind) {
        let kind = IssueKind::Corrupt { packets: 1, silence: MediaTime::from_millis(silence) };
        (MediaTime::from_millis(at), kind)
    }

    #[test]
    fn neighbouring_packets_are_one_issue() {
        let mut issues = Issues::default();
        for (at, kind) in [corrupt(3_661_000, 23), corrupt(3_661_023, 23), corrupt(3_700_000, 23)] {
            issues.report(at, kind);
        }
        let text: Vec<String> = issues.as_slice().iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(text.join("\n"), @r"
        at 01:01:01.000: 2 packets could not be decoded (0.05 s of silence in their place)
        at 01:01:40.000: 1 packet could not be decoded (0.02 s of silence in its place)
        ");
    }

    #[test]
    fn a_ruined_file_keeps_a_short_list() {
        let mut issues = Issues::default();
        for second in 0..100_000 {
            issues.report(MediaTime::from_millis(second * 1000), IssueKind::ClockJump);
        }
        assert_eq!(issues.as_slice().len(), KEPT + 1);
        assert_eq!(issues.as_slice()[KEPT].kind, IssueKind::More { count: 100_000 - KEPT as u64 });
    }
}
