"""What a moderator does to a post, a thread or a member, in all its kinds.

Opened by: a moderator from a post's or a member's page, or from the desk by "More". They
choose what to do and how far it reaches, say why, see what falls, and go on to the post or
back to the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Conflict, Missing, RejoinderError, Unavailable
from rejoinder.members.models import Member
from rejoinder.members.sessions import networks_of
from rejoinder.moderation import targets
from rejoinder.moderation.deeds import addresses, grafts, members, threads, words
from rejoinder.moderation.deeds.record import check_why
from rejoinder.moderation.deeds.states import WAYS, change_posts
from rejoinder.moderation.log import Filter, private_log
from rejoinder.moderation.models import Deed, DeedKind, Scope
from rejoinder.moderation.targets import Target
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.edit import Change
from rejoinder.threads import thread_state
from rejoinder.threads.find import member_by_handle, post_by_public_id, text_of
from rejoinder.threads.lines import line_on_desk
from rejoinder.threads.models import Post, State
from rejoinder.threads.paging import START
from rejoinder.web.answers import PageRequest, SeeOther, gives_back, members_only, never_kept, page
from rejoinder.web.error_pages import page_of
from rejoinder.web.forms.moderation import LENGTHS, MemberDeedForm, PostDeedForm, WhyForm
from rejoinder.web.forms.posts import PostForm
from rejoinder.web.typed import typed_in
from rejoinder.web.views.desk import LAST_DEED, said_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@never_kept
@members_only
def post(request: PageRequest, public_id: str) -> HttpResponse:
    """Show what can be done to a post, and do it; what reaches further is previewed first."""
    shown = post_by_public_id(request.principal, public_id)
    gate.check(request.principal, gate.Verb.MODERATE, shown, _("You don’t moderate this board."))
    kinds, boards = _kinds_for(shown), _boards_to_move_to(request.principal, shown)
    initial = {"deed": request.GET.get("deed", ""), "scope": request.GET.get("scope", Scope.POST)}
    if request.method != "POST":
        return _show_post(request, shown, PostDeedForm(kinds, boards, initial=initial))
    form = PostDeedForm(kinds, boards, request.POST)
    if not form.is_valid():
        return _show_post(request, shown, form, status=HTTPStatus.BAD_REQUEST)
    kind = DeedKind(form.cleaned_data["deed"])
    try:
        if kind in WAYS and form.wants_preview:
            check_why(form.why(), is_needed=WAYS[kind].needs_reason)
            target = _target(form, shown)
            falling = targets.falling(request.principal, target, WAYS[kind].takes)
            return _show_post(request, shown, form, falling=falling)
        deed = _do_to_post(request, kind, shown, form)
    except (BadInput, Conflict, Unavailable) as error:
        return _show_post(request, shown, form, problem=error)
    request.session[LAST_DEED] = deed.public_id
    return SeeOther(_after(request, shown))


def _kinds_for(post: Post) -> list[tuple[str, str]]:
    """Return what can be done to a post as it stands, with a word for each."""
    state, thread = State(post.state), thread_state.state_of(post.thread)
    is_root = post.parent_id is None
    asked = [
        (DeedKind.APPROVE, _("Approve: show it"), state == State.HELD),
        (DeedKind.REMOVE, _("Remove"), state in (State.VISIBLE, State.HELD)),
        (DeedKind.HOLD, _("Hold: out of sight until somebody has looked"), state == State.VISIBLE),
        (DeedKind.RESTORE, _("Restore: show it again"), state == State.REMOVED),
        (DeedKind.WARN, _("Warn its author, and leave it"), post.author_id is not None),
        (DeedKind.MOVE, _("Move it, with its branch, to another board"), True),
        (DeedKind.SPLIT, _("Split it off, with its branch, as a thread"), not is_root),
        (DeedKind.REHANG, _("Hang it, with its branch, below another post"), not is_root),
        (DeedKind.MERGE, _("Merge the thread into another"), is_root),
        (DeedKind.LOCK, _("Lock the thread"), not thread.is_locked),
        (DeedKind.UNLOCK, _("Unlock the thread"), thread.is_locked),
        (DeedKind.PIN, _("Pin the thread above its board’s list"), not thread.is_pinned_now),
        (DeedKind.UNPIN, _("Unpin the thread"), thread.is_pinned_now),
        (DeedKind.SLOW, _("Slow the thread down"), True),
        (DeedKind.UNSLOW, _("End the slow mode"), thread.slow_seconds_now > 0),
    ]
    return [(kind.value, label) for kind, label, is_so in asked if is_so]


def _boards_to_move_to(principal: Principal, post: Post) -> list[Board]:
    boards = gate.visible(principal, Board.objects.exclude(pk=post.board_id))
    return [board for board in boards if gate.may(principal, gate.Verb.MODERATE, board)]


def _target(form: PostDeedForm, post: Post) -> Target:
    scope = form.cleaned_data["scope"]
    if scope == Scope.BRANCH:
        return targets.branch(post)
    if scope == Scope.MEMBER:
        if post.author is None:
            raise BadInput(_("This post has no author here."))
        return targets.all_by(post.author, form.cleaned_data["days"])
    return targets.this(post)


def _do_to_post(request: PageRequest, kind: DeedKind, post: Post, form: PostDeedForm) -> Deed:
    principal, why = request.principal, form.why()
    if kind in WAYS:
        outcome = change_posts(principal, kind, _target(form, post), why)
        messages.success(request, said_of(outcome))
        return outcome.deed
    thread = post.thread
    doing: dict[DeedKind, Callable[[], Deed]] = {
        DeedKind.WARN: lambda: members.warn(principal, _author_of(post), why, post),
        DeedKind.MOVE: lambda: grafts.move(principal, post, _board_named(form, principal), why),
        DeedKind.SPLIT: lambda: grafts.split(principal, post, why),
        DeedKind.REHANG: lambda: grafts.rehang(principal, post, _parent(form, principal), why),
        DeedKind.MERGE: lambda: grafts.merge(principal, post, _parent(form, principal), why),
        DeedKind.LOCK: lambda: threads.lock(principal, thread, why),
        DeedKind.UNLOCK: lambda: threads.unlock(principal, thread, why),
        DeedKind.PIN: lambda: threads.pin(principal, thread, why),
        DeedKind.UNPIN: lambda: threads.unpin(principal, thread, why),
        DeedKind.SLOW: lambda: threads.slow_down(
            principal, thread, int(form.cleaned_data["pace"] or 600), why
        ),
        DeedKind.UNSLOW: lambda: threads.speed_up(principal, thread, why),
    }
    deed = doing[kind]()
    messages.success(request, _("Done: %s.") % deed.get_kind_display())
    return deed


def _author_of(post: Post) -> Member:
    if post.author is None:
        raise BadInput(_("This post has no author here."))
    return post.author


def _board_named(form: PostDeedForm, principal: Principal) -> Board:
    boards = gate.visible(principal, Board.objects.filter(handle=form.cleaned_data["board"]))
    board = boards.first()
    if board is None:
        raise BadInput(_("Choose the board to move to."))
    return board


def _parent(form: PostDeedForm, principal: Principal) -> Post:
    name = form.cleaned_data["parent"].strip().rstrip("/").rpartition("/")[2]
    try:
        return post_by_public_id(principal, name)
    except Missing:
        raise BadInput(
            _("Give the address of the post to hang it below: there is none of that name.")
        ) from None


def _after(request: PageRequest, post: Post) -> str:
    """Return the post's page; the desk, where that's where the moderator came from."""
    return reverse("desk") if "desk" in request.GET else reverse("post", args=[post.public_id])


def _show_post(
    request: PageRequest,
    post: Post,
    form: PostDeedForm,
    *,
    falling: targets.Falling | None = None,
    problem: RejoinderError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    if falling is not None:
        # The form as it was sent, that says what has been shown to fall.
        data = request.POST.copy()
        data["was_shown"] = form.reach()
        form.data = data
    context: dict[str, object] = {
        "post": post,
        "line": line_on_desk(post),
        "form": form,
        "falling": falling,
        "problem": problem.message if problem else "",
        "past": private_log(request.principal, Filter(post=post.public_id), START, 20).rows,
    }
    status = page_of(problem).status if problem else status
    return page(request, "moderate_post.html", context, status)


@require_http_methods(METHODS)
@never_kept
@members_only
@gives_back
def edit(request: PageRequest, public_id: str) -> HttpResponse:
    """Show the form that edits somebody's post, and keep what it sends."""
    shown = post_by_public_id(request.principal, public_id)
    gate.check(request.principal, gate.Verb.MODERATE, shown, _("You don’t moderate this board."))
    text = text_of(request.principal, shown)
    if request.method != "POST":
        first = {"title": shown.title, "text": text.source}
        return _show_edit(request, shown, PostForm(initial=first), WhyForm(), shown.edits_count)
    typed = typed_in(request)
    form, why = PostForm(typed.fields), WhyForm(request.POST)
    if not (form.is_valid() and why.is_valid()):
        return _show_edit(request, shown, form, why, typed.edits_seen, status=400)
    try:
        deed = words.edit(
            request.principal,
            shown,
            Change(typed.title, typed.text, typed.edits_seen),
            why.why(),
            hides_before="hides_before" in request.POST,
        )
    except (BadInput, Unavailable, Conflict) as error:
        return _show_edit(request, shown, form, why, typed.edits_seen, problem=error)
    request.session[LAST_DEED] = deed.public_id
    messages.success(request, _("The post is edited, and its author is told."))
    return SeeOther(reverse("post", args=[shown.public_id]))


def _show_edit(
    request: PageRequest,
    post: Post,
    form: PostForm,
    why: WhyForm,
    edits_seen: int,
    *,
    problem: RejoinderError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context: dict[str, object] = {
        "post": post,
        "form": form,
        "why": why,
        "edits_seen": edits_seen,
        "problem": problem.message if problem else "",
    }
    return page(
        request, "moderate_edit.html", context, page_of(problem).status if problem else status
    )


@require_http_methods(METHODS)
@never_kept
@members_only
def member(request: PageRequest, handle: str) -> HttpResponse:
    """Show what can be done to a member, and what was, and do it."""
    shown = member_by_handle(request.principal, handle)
    refusal = _("Only who moderates the whole site may do that.")
    gate.check(request.principal, gate.Verb.SANCTION, shown, refusal)
    if request.method != "POST":
        first = {"deed": request.GET.get("deed", DeedKind.WARN)}
        return _show_member(request, shown, MemberDeedForm(initial=first))
    form = MemberDeedForm(request.POST)
    if not form.is_valid():
        return _show_member(request, shown, form, status=HTTPStatus.BAD_REQUEST)
    try:
        deed = _do_to_member(request.principal, shown, form)
    except (BadInput, Conflict, Unavailable) as error:
        return _show_member(request, shown, form, problem=error)
    messages.success(request, _("Done: %s.") % deed.get_kind_display())
    return SeeOther(reverse("moderate_member", args=[shown.handle_id]))


def _do_to_member(principal: Principal, member: Member, form: MemberDeedForm) -> Deed:
    why = form.why()
    until = timezone.now() + LENGTHS[form.cleaned_data["length"]][0]
    network = form.cleaned_data["network"]
    doing: dict[str, Callable[[], Deed]] = {
        DeedKind.WARN: lambda: members.warn(principal, member, why),
        DeedKind.SILENCE: lambda: members.silence(principal, member, until, why),
        DeedKind.SUSPEND: lambda: members.suspend(principal, member, until, why),
        DeedKind.BAN: lambda: members.ban(principal, member, why),
        DeedKind.UNSILENCE: lambda: members.unsilence(principal, member, why),
        DeedKind.UNSUSPEND: lambda: members.unsuspend(principal, member, why),
        DeedKind.BAN_ADDRESSES: lambda: addresses.ban_addresses(
            principal, network, until, why, member
        ),
    }
    return doing[form.cleaned_data["deed"]]()


def _show_member(
    request: PageRequest,
    member: Member,
    form: MemberDeedForm,
    *,
    problem: RejoinderError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    latest = Post.objects.filter(author=member, state=State.VISIBLE)
    context: dict[str, object] = {
        "shown": member,
        "form": form,
        "problem": problem.message if problem else "",
        "is_silenced": members.is_ahead(member.silenced_until),
        "is_suspended": members.is_ahead(member.suspended_until),
        "networks": networks_of(member),
        "bans": addresses.bans_in_force(request.principal),
        "latest": gate.visible(request.principal, latest).order_by("-posted_at", "-pk").first(),
        "past": private_log(request.principal, Filter(member=member.handle_id), START, 50).rows,
    }
    status = page_of(problem).status if problem else status
    return page(request, "moderate_member.html", context, status)


@require_http_methods(["POST"])
@never_kept
@members_only
def unban(request: PageRequest) -> HttpResponse:
    """End a ban on addresses."""
    addresses.unban_addresses(request.principal, request.POST.get("network", ""))
    messages.success(request, _("These addresses may write again."))
    back = request.POST.get("back", "")
    return SeeOther(back if back.startswith("/m/") else reverse("private_log"))
