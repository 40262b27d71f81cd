//! JSON with a line for each field of the outermost object and for each element of its lists.
//!
//! ```json
//! {
//!   "version": 1,
//!   "program": {"name": "onrecord", "version": "0.1.0"},
//!   "segments": [
//!     {"start_seconds": 0.0, "end_seconds": 4.9},
//!     {"start_seconds": 5.22, "end_seconds": 9.1}
//!   ]
//! }
//! ```
//!
//! Fully indented, a day of words would be twice as large and a changed segment a screenful of diff; on one
//! line, every change would be a change of the whole file.

use std::io;

use serde_json::ser::Formatter;

/// Breaks lines in the outermost object and in the lists that are its fields, and nowhere else.
#[derive(Default)]
pub(super) struct LineFormatter {
    /// How many objects and lists are open.
    level: usize,
    /// Whether the field of the outermost object that is being written is a list.
    is_in_list: bool,
    /// Whether the object or list that was written last held anything.
    has_content: bool,
}

impl LineFormatter {
    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.has_content = false;
        if self.level == 2 {
            self.is_in_list = bracket == b"[";
        }
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        let breaks_line = self.breaks_lines() && self.has_content;
        self.level -= 1;
        if breaks_line {
            self.break_line(writer)?;
        }
        self.has_content = true;
        writer.write_all(bracket)
    }

    fn breaks_lines(&self) -> bool {
        self.level == 1 || (self.level == 2 && self.is_in_list)
    }

    /// Goes to the next element or field.
    fn next<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        match (self.breaks_lines(), first) {
            (true, _) => self.break_line(writer),
            (false, true) => Ok(()),
            (false, false) => writer.write_all(b" "),
        }
    }

    fn break_line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.level).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for LineFormatter {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_content = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_content = true;
        Ok(())
    }
}
