//! `/s/{system}/members`: who works on the system, and as what.

use super::add_member::AddMemberDialog;
use super::renew_me;
use crate::api::{use_api, use_remote};
use crate::components::avatar::Avatar;
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::{Icon, IconView};
use crate::components::page_head::PageHead;
use crate::components::pagination::Pagination;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::router::use_router;
use crate::scope::use_scope;
use crate::session::use_session;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::systems::{Member, Role, UpdateMember};

/// The page.
#[component]
pub fn MembersPage() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let list = scope.api("/members");
    let remote = use_remote::<Page<Member>>(move || Some(format!("{list}{}", router.query().only(&["cursor"]).suffix())));
    let manager = scope.can(Role::Manager);
    let adding = RwSignal::new(false);
    let leaving = RwSignal::new(None::<Member>);
    let actions = move || {
        manager.then(
            || view! { <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || adding.set(true)>"Add member"</Button> },
        )
    };
    view! {
        <PageHead title="Members" note=scope.system.name.clone() actions />
        <section class="card">
            <RemoteView remote shape=Shape::Rows(5) let:page>
                <TableView clone:page label="Members" head=move || view! {
                    <Th>"Name"</Th><Th>"Role"</Th><Th>"Since"</Th>{manager.then(|| view! { <Th><span class="sr-only">"Actions"</span></Th> })}
                }>
                    {page.items.iter().cloned().map(|member| view! { <MemberRow member manager leaving /> }).collect_view()}
                </TableView>
                <Pagination page=page.page.clone() shown=page.items.len() noun=("member", "members") />
            </RemoteView>
        </section>
        <AddMemberDialog open=adding />
        <RemoveDialog leaving />
    }
}

#[component]
fn MemberRow(member: Member, manager: bool, leaving: RwSignal<Option<Member>>) -> impl IntoView {
    let (api, scope, toasts, session) = (use_api(), use_scope(), use_toasts(), use_session());
    let whole = member.clone();
    let path = scope.api(&format!("/members/{}", member.user));
    let (version, name, role) = (member.version, member.name.clone(), member.role);
    let own = session.me().is_some_and(|me| me.id == member.user);
    let label = format!("Role of {name}");
    let change = move |event: leptos::ev::Event| {
        let select = event_target::<web_sys::HtmlSelectElement>(&event);
        let Some(wanted) = Role::parse(&select.value()) else { return };
        let (path, name) = (path.clone(), name.clone());
        spawn_local(async move {
            match api.patch::<_, Member>(&path, Some(version), &UpdateMember { role: wanted }).await {
                Ok(_) => {
                    toasts.say(format!("{name} is {} now.", words::role(wanted).to_lowercase()));
                    if own {
                        // What the reader may do has changed; failing, the next request says so.
                        let _ = renew_me(api, session).await;
                    }
                }
                Err(error) => {
                    select.set_value(role.as_str());
                    toasts.warn(error.message());
                }
            }
        });
    };
    view! {
        <tr>
            <Td main=true>
                <span class="people-name"><Avatar name=member.name.clone() />
                    <span class="t"><span class="strong">{member.name}</span>{own.then(|| view! { <span class="muted">" (you)"</span> })}
                        {if member.closed {
                            view! { " " <Badge tone=Tone::Bad icon=Icon::Cross>"Deactivated"</Badge> }.into_any()
                        } else if member.active {
                            ().into_any()
                        } else {
                            view! { " " <Badge tone=Tone::Open icon=Icon::Clock>"Invited"</Badge> }.into_any()
                        }}
                        <br /><span class="small muted">{member.email}</span></span>
                </span>
            </Td>
            <Td label="Role">
                {if manager {
                    view! {
                        <div class="select"><select class="input slim" aria-label=label on:change=change>
                            {Role::ALL.iter().map(|option| view! {
                                <option value=option.as_str() selected=*option == role>{words::role(*option)}</option>
                            }).collect_view()}
                        </select><IconView icon=Icon::ChevronDown /></div>
                    }.into_any()
                } else {
                    view! { <span title=words::role_note(role)>{words::role(role)}</span> }.into_any()
                }}
            </Td>
            <Td label="Since"><Moment at=member.since date_only=true /></Td>
            {manager.then(|| view! {
                <Td num=true><Button kind=ButtonKind::Quiet on_press=move || leaving.set(Some(whole.clone()))>"Remove"</Button></Td>
            })}
        </tr>
    }
}

/// Asks before a member is removed.
#[component]
fn RemoveDialog(leaving: RwSignal<Option<Member>>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let open = open_while(leaving);
    let busy = RwSignal::new(false);
    let name = move || leaving.with(|member| member.as_ref().map(|member| member.name.clone()).unwrap_or_default());
    let title = Signal::derive(move || format!("Remove {}?", name()));
    let remove = Callback::new(move |()| {
        let Some(member) = leaving.get_untracked() else { return };
        let path = scope.api(&format!("/members/{}", member.user));
        busy.set(true);
        spawn_local(async move {
            let result = api.delete(&path, Some(member.version)).await;
            busy.set(false);
            open.set(false);
            match result {
                Ok(()) => toasts.say(format!("{} is no member any more.", member.name)),
                Err(error) => toasts.warn(error.message()),
            }
        });
    });
    view! {
        <Dialog open title>
            <p>"The person loses access to this system at once. What they did stays in the records."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=remove>"Remove"</Button>
            </div>
        </Dialog>
    }
}
