//! Pages that are filled from the top; coordinates are in points from the top left.

use super::font::{Font, encode, wrapped};
use pdf_writer::{Content, Name, Str};

/// US Letter, landscape.
pub const WIDTH: f32 = 792.0;
pub const HEIGHT: f32 = 612.0;
pub const MARGIN: f32 = 40.0;
/// Content must end above this.
pub const BOTTOM: f32 = HEIGHT - 48.0;
/// Where a page after the first begins.
pub const TOP: f32 = 58.0;

/// A colour, as red, green and blue from 0 to 1.
#[derive(Debug, Clone, Copy)]
pub struct Ink(pub f32, pub f32, pub f32);

pub const BLACK: Ink = Ink(0.11, 0.13, 0.16);
pub const GREY: Ink = Ink(0.42, 0.45, 0.50);
pub const RULE: Ink = Ink(0.80, 0.82, 0.85);
pub const SHADE: Ink = Ink(0.955, 0.962, 0.972);
pub const BRAND: Ink = Ink(0.07, 0.27, 0.45);

/// Font, size and colour of text.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub font: Font,
    pub size: f32,
    pub ink: Ink,
}

impl Style {
    pub const fn new(font: Font, size: f32, ink: Ink) -> Self {
        Self { font, size, ink }
    }

    /// Distance from one line to the next.
    pub fn leading(self) -> f32 {
        self.size * 1.28
    }
}

/// All pages; content is added to the last.
pub struct Sheets {
    pub done: Vec<Content>,
    current: Content,
    /// How far the page is filled.
    pub y: f32,
}

impl Sheets {
    pub fn new() -> Self {
        Self {
            done: Vec::new(),
            current: Content::new(),
            y: MARGIN,
        }
    }

    /// Begins a new page.
    pub fn turn(&mut self) {
        self.done.push(std::mem::replace(&mut self.current, Content::new()));
        self.y = TOP;
    }

    /// Begins a new page where `height` does not fit on this one; returns whether it did.
    pub fn make_room(&mut self, height: f32) -> bool {
        let turned = self.y + height > BOTTOM;
        if turned {
            self.turn();
        }
        turned
    }

    /// Every page.
    pub fn finish(mut self) -> Vec<Content> {
        self.done.push(self.current);
        self.done
    }

    /// One line of text whose baseline is at `y`.
    pub fn line_at(&mut self, x: f32, y: f32, style: Style, text: &[u8]) {
        write(&mut self.current, x, y, style, text);
    }

    /// Text in as many lines as it needs; `y` moves below it.
    pub fn paragraph(&mut self, x: f32, width: f32, style: Style, text: &str) {
        for line in wrapped(text, style.font, style.size, width) {
            self.make_room(style.leading());
            self.y += style.leading();
            self.line_at(x, self.y - style.size * 0.28, style, &line);
        }
    }

    pub fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.current.set_fill_rgb(ink.0, ink.1, ink.2);
        self.current.rect(x, HEIGHT - y - height, width, height);
        self.current.fill_nonzero();
    }

    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.current.set_stroke_rgb(ink.0, ink.1, ink.2);
        self.current.set_line_width(0.7);
        self.current.rect(x, HEIGHT - y - height, width, height);
        self.current.stroke();
    }

    pub fn rule(&mut self, x: f32, y: f32, width: f32, ink: Ink) {
        rule(&mut self.current, x, y, width, ink);
    }
}

/// One line of text, its baseline at `y`.
pub fn write(content: &mut Content, x: f32, y: f32, style: Style, text: &[u8]) {
    content.begin_text();
    content.set_fill_rgb(style.ink.0, style.ink.1, style.ink.2);
    content.set_font(Name(style.font.name()), style.size);
    content.next_line(x, HEIGHT - y);
    content.show(Str(text));
    content.end_text();
}

/// As [`write`], ending at `x`.
pub fn write_to(content: &mut Content, x: f32, y: f32, style: Style, text: &str) {
    let text = encode(text);
    let width = style.font.width(&text, style.size);
    write(content, x - width, y, style, &text);
}

/// A thin line.
pub fn rule(content: &mut Content, x: f32, y: f32, width: f32, ink: Ink) {
    content.set_stroke_rgb(ink.0, ink.1, ink.2);
    content.set_line_width(0.6);
    content.move_to(x, HEIGHT - y);
    content.line_to(x + width, HEIGHT - y);
    content.stroke();
}
