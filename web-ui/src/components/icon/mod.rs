//! The icon set: strokes on a 24 px grid, in the colour of the text.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[doc = $doc:literal])? $name:ident = $path:literal;)+) => {
        /// An icon. Always beside a word, or in a button that has a label.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($(#[doc = $doc])? $name,)+ }

        impl Icon {
            /// Every icon.
            #[cfg(feature = "styleguide")]
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }
        }
    };
}

icons! {
    Alert = "M12 4 2.5 20h19zM12 10v4.5M12 17.5h.01";
    Archive = "M3.5 4.5h17v5h-17zM5.5 9.5v10.5h13V9.5M10 13.5h4";
    ArrowDown = "M12 5v14M6 13l6 6 6-6";
    ArrowUp = "M12 19V5M6 11l6-6 6 6";
    Bell = "M6 16V11a6 6 0 1 1 12 0v5l1.5 2.5h-15zM10 21h4";
    Board = "M4 5h16v14H4zM8.5 12l2.5 2.5 5-5";
    Building = "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3";
    Calendar = "M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4";
    Check = "M20 6.5 9.5 17 4 11.5";
    ChevronDown = "M8 10l4 4 4-4";
    ChevronLeft = "M14 7l-5 5 5 5";
    ChevronRight = "M10 7l5 5-5 5";
    ChevronUp = "M8 14l4-4 4 4";
    Circle = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18";
    Clock = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2";
    Copy = "M9 9h11v11H9zM15 9V4H4v11h5";
    Cross = "M6 6l12 12M18 6 6 18";
    Document = "M6 3h8l4 4v14H6zM14 3v4h4";
    Download = "M12 4v12M6.5 11 12 16.5 17.5 11M5 20h14";
    Edit = "M4 20h4L19 9l-4-4L4 16zM13 7l4 4";
    Eye = "M2.5 12s3.5-6.5 9.5-6.5 9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12ZM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z";
    Filter = "M3 5h18l-7 8v6l-4 2v-8z";
    Flag = "M5 21V4h13l-3 4.5 3 4.5H5";
    Gear = "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1";
    Half = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v10a5 5 0 0 0 0-10";
    Home = "M3 11.5 12 4l9 7.5M5.5 10v9.5h13V10";
    Info = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5h.01";
    Key = "M8 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 12h9M17.5 12v4M21 12v3";
    Link = "M9.5 14.5l5-5M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16M16 13l2.5-2.5a3.5 3.5 0 0 0-5-5L11 8";
    List = "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01";
    Lock = "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3";
    Menu = "M4 6h16M4 12h16M4 18h16";
    Minus = "M5 12h14";
    Monitor = "M3 5h18v11H3zM9 20h6M12 16v4";
    Moon = "M20 14.5A8.5 8.5 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5Z";
    Panel = "M4 5h16v14H4zM9.5 5v14";
    Pause = "M9 6v12M15 6v12";
    People = "M9 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a4 4 0 0 1 0 7.4M18.5 14.5a6.5 6.5 0 0 1 3 5.5";
    Person = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20.5a7 7 0 0 1 14 0";
    Play = "M8 5.5v13l10.5-6.5z";
    Plus = "M12 5v14M5 12h14";
    Refresh = "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.5M20 4v5.5h-5.5";
    Report = "M5 3h14v18H5zM8.5 16v-3M12 16V9M15.5 16v-5";
    Search = "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM20 20l-4.8-4.8";
    Server = "M4 4h16v7H4zM4 13h16v7H4zM7.5 7.5h.01M7.5 16.5h.01";
    Shield = "M12 3 4.5 6v6c0 4.5 3.2 7.7 7.5 9 4.3-1.3 7.5-4.5 7.5-9V6z";
    SignOut = "M14 4h5v16h-5M15 12H4M8 8l-4 4 4 4";
    Sun = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4";
    Trash = "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5";
    Upload = "M12 16V4M6.5 9.5 12 4l5.5 5.5M5 20h14";
}

/// Draws an icon. It says nothing to screen readers: the word beside it does.
#[component]
pub fn IconView(
    /// Which.
    icon: Icon,
) -> impl IntoView {
    view! { <svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d=icon.path() /></svg> }
}

/// The product's mark.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
            <rect class="mark-ground" width="26" height="26" rx="7" />
            <path class="mark-lines" d="M7 8h5M7 13h9M7 18h12" />
        </svg>
    }
}
