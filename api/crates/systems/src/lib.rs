//! Rule packs, systems and members.
