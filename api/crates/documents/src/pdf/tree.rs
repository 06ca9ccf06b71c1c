//! What is read aloud, and in which order: a tree that is grown while pages are laid out, and whose leaves are what was drawn.

use krilla::tagging::{Identifier, Node, TableHeaderScope, Tag, TagGroup, TagTree};
use std::num::NonZeroU16;

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Heading(u16, String),
    Paragraph,
    Contents,
    ContentsItem,
    Link,
    Table,
    Row,
    /// The head of a column.
    ColumnHead,
    /// The head of a row.
    RowHead,
    Cell,
    Note,
    /// A picture, with what is said where it is not seen.
    Figure(String),
}

/// A node by its number.
pub(super) type NodeId = usize;

/// The tree.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<(Kind, Vec<NodeId>)>,
    roots: Vec<NodeId>,
}

impl Tree {
    /// Another node below one, or at the top.
    pub(super) fn grow(&mut self, kind: Kind, below: Option<NodeId>) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push((kind, Vec::new()));
        match below.and_then(|below| self.nodes.get_mut(below)) {
            Some((_, children)) => children.push(id),
            None => self.roots.push(id),
        }
        id
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The tree with its leaves: for each node what was drawn for it.
    pub(super) fn into_tags(self, leaves: &mut [Vec<Identifier>]) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some("en-US".to_owned()));
        for root in self.roots.clone() {
            tree.push(self.group(root, leaves));
        }
        tree
    }

    fn group(&self, id: NodeId, leaves: &mut [Vec<Identifier>]) -> Node {
        let Some((kind, children)) = self.nodes.get(id) else { return Node::Group(TagGroup::new(Tag::NonStruct)) };
        let mut group = match kind {
            Kind::Heading(level, title) => {
                TagGroup::new(Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())))
            }
            Kind::Figure(alt) => TagGroup::new(Tag::Figure(Some(alt.clone()))),
            Kind::Contents => TagGroup::new(Tag::TOC),
            Kind::ContentsItem => TagGroup::new(Tag::TOCI),
            Kind::Link => TagGroup::new(Tag::Link),
            Kind::Table => TagGroup::new(Tag::Table),
            Kind::Row => TagGroup::new(Tag::TR),
            Kind::ColumnHead => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
            Kind::RowHead => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
            Kind::Cell => TagGroup::new(Tag::TD),
            // A note to which no mark in the text leads is a paragraph too.
            Kind::Paragraph | Kind::Note => TagGroup::new(Tag::P),
        };
        for leaf in leaves.get_mut(id).map(std::mem::take).unwrap_or_default() {
            group.push(leaf);
        }
        for child in children {
            group.push(self.group(*child, leaves));
        }
        Node::Group(group)
    }
}
