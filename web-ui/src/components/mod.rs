//! The pieces that pages are made of: a folder each, with its styles beside it. `/styleguide` of a development build shows them all.

pub mod avatar;
pub mod badge;
pub mod board;
pub mod button;
pub mod card;
pub mod chart;
pub mod citation;
pub mod clipboard;
pub mod dialog;
pub mod field;
pub mod filter;
pub mod finding_control;
pub mod form;
pub mod icon;
pub mod markdown;
pub mod menu;
pub mod page_head;
pub mod pagination;
pub mod progress;
pub mod scale;
pub mod state;
pub mod table;
pub mod tabs;
pub mod time;
pub mod toast;
