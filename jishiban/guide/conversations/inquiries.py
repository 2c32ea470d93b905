"""Every write of a question handed to a person: one case each, with the transcript, an owner and a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.guide.conversations import facts, queries
from jishiban.guide.conversations.flow import ANSWER, INQUIRY, SUPPLY, terms
from jishiban.guide.conversations.models import Conversation, Inquiry, Proposal, Turn
from jishiban.kernel.cases import owners, reveals
from jishiban.kernel.cases.access import may_see
from jishiban.kernel.cases.actions import Opening, act, open_case
from jishiban.kernel.cases.errors import FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.events import StepTaken
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.clock import filed
from jishiban.kernel.directory.actor import SYSTEM, Actor, person_actor
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.identifiers import check_phone, normalise_phone
from jishiban.kernel.directory.models import Post
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.ledger.actions import record
from jishiban.kernel.notices.actions import NoticeRow, queue

LONGEST_WORDS = 2000
TOLD = 20  # turns of the transcript that go with the question


@dataclass(frozen=True, slots=True)
class Wish:
    """A talk to be handed over: what to ask, where to reach the asker, and the mark of the form."""

    talk: Conversation
    turn: Turn | None
    words: str
    phone: str = ""
    token: str = ""


def hand_over(wish: Wish, by: Actor, *, now: datetime | None = None) -> Case:
    """Open the case of a question for a person. The same form posted twice is one case; returns it.

    Raises FactsMissing for an empty question or a wrong telephone; nothing is then written.
    """
    moment = now or timezone.now()
    words, phone = _words(wish.words, "question"), _phone(wish.phone)
    if known := _known(wish.token):
        return known
    try:
        with transaction.atomic():
            return _open(wish, words, phone, by, moment)
    except IntegrityError:
        if known := _known(wish.token):
            return known
        raise


def _known(token: str) -> Case | None:
    found = Inquiry.objects.select_related("case").filter(token=token).first() if token else None
    return found.case if found else None


def _open(wish: Wish, words: str, phone: str, by: Actor, now: datetime) -> Case:
    given: dict[str, Any] = {"question": words, "transcript": transcript(wish.talk)}
    optional = {"phone": phone, "why": wish.turn.why if wish.turn else ""}
    given |= {name: value for name, value in optional.items() if value}
    counts_from = filed(timezone.localtime(now), calendars()["statutory"])
    case = open_case(_opening(wish, by, now), by, now=now, effective=counts_from, **given)
    Inquiry.objects.create(case=case, turn=wish.turn, token=wish.token or case.number)
    if wish.turn is not None and not wish.turn.handed_over:
        wish.turn.handed_over = True
        wish.turn.save(update_fields=["handed_over"])
        facts.handed_over(wish.talk, wish.turn, now)
    return case


def _opening(wish: Wish, by: Actor, now: datetime) -> Opening:
    matter = queries.matter_of(wish.talk.about)
    unit = (matter.unit_id if matter else None) or roster().root()
    plan = {kind: terms()[kind] for kind in (ANSWER, SUPPLY)}
    title = _("咨询：%(about)s") % {"about": matter.name if matter else _("没有找到答复的问题")}
    return Opening(
        flow=INQUIRY, unit_id=unit, title=title[:200], subject=matter.subject if matter else "guide", plan=plan,
        person_id=by.id if by.kind == "person" else wish.talk.person_id, channel=facts.CHANNELS[wish.talk.channel],
        owner_id=_adviser(unit, int(now.timestamp())),
        first_contact_id=by.id if by.kind == "staff" else None,
    )  # fmt: skip


def _adviser(unit_id: int, turn: int) -> int | None:
    """Who at the unit holds the post that answers questions, in turn; None leaves it to the unit's clerks."""
    today = roster()
    posts = Post.objects.filter(unit_id=unit_id, title=terms()["desk"]).exclude(staff=None).order_by("pk")
    present = [pk for pk in posts.values_list("staff_id", flat=True) if today.present(pk)]
    return present[turn % len(present)] if present else None


def transcript(talk: Conversation) -> list[dict[str, Any]]:
    """What was asked and what was shown for it, for the person who takes over."""
    shown = queries.shown(queries.turns_of(talk, TOLD)) if talk.pk else []
    return [
        {
            "asked": one.turn.asked, "decision": one.turn.decision, "why": one.turn.why,
            "shown": one.entry.question if one.entry else "",
            "offered": [entry.question for entry in one.choices], "judged": one.turn.judged,
        }
        for one in shown
    ]  # fmt: skip


def _words(text: str, name: str) -> str:
    plain = text.strip().replace("\x00", "")
    if not plain:
        raise FactsMissing({name: _("请写下您的问题。")})
    if len(plain) > LONGEST_WORDS:
        raise FactsMissing({name: _("写得太长了，最多 %(most)s 个字。") % {"most": LONGEST_WORDS}})
    return plain


def _phone(text: str) -> str:
    if not text.strip():
        return ""
    if len(text) > 40 or check_phone(text):
        raise FactsMissing({"phone": _("电话号码不对。请检查，或者留空。")})
    return normalise_phone(text)


def party_of(case: Case) -> Actor:
    """The one whose question it is, as an actor, once the room's access has let them in.

    Who has no account is nobody in the directory: what number and code were shown for, the system takes down.
    """
    return person_actor(case.person_id) if case.person_id else SYSTEM


# --- steps ----------------------------------------------------------------------------------------------------------


def take_step(case: Case | int, step: str, *, by: Actor, seen: int | None = None, now: datetime | None = None,
              **given: Any) -> CaseEvent:  # fmt: skip
    """Any step of the table: answer, ask back, supply, close, withdraw. Raises the errors of the cases room."""
    if isinstance(given.get("words"), str) and given["words"]:
        given["words"] = _words(given["words"], "words")
    return act(case, step, by=by, seen=seen, now=now, **given)


def to_guide(case: Case, key: str, words: str, *, by: Actor, seen: int | None = None) -> CaseEvent:
    """Answer by an entry of the library; refused where it may not be shown."""
    if key not in queries.answers([key]):
        raise FactsMissing({"entry": _("没有这个条目，或者它已停用。请从列出的条目中选。")})
    given: dict[str, Any] = {"entry": key} | ({"words": words} if words.strip() else {})
    return take_step(case, "to_guide", by=by, seen=seen, **given)


def among(case: Case, step: str, *, by: Actor, seen: int | None = None, **given: Any) -> CaseEvent:
    """The steps between colleagues every case has: move it on, take it, give it back, remark on it."""
    doers: dict[str, Callable[..., CaseEvent]] = {
        "offer": lambda: owners.offer(case, given["to"], by=by, reason=given.get("reason", ""), seen=seen),
        "reassign": lambda: owners.reassign(case, given["to"], by=by, reason=given.get("reason", ""), seen=seen),
        "take": lambda: owners.take(case, by=by, seen=seen),
        "decline": lambda: owners.decline(case, by=by, reason=given.get("reason", ""), seen=seen),
        "transfer": lambda: owners.transfer(case, given["unit"], by=by, reason=given.get("reason", ""), seen=seen),
        "comment": lambda: act(case, "comment", by=by, seen=seen, text=given["text"]),
    }  # fmt: skip
    return doers[step]()


def text_the_phone(taken: StepTaken) -> None:
    """Who left a telephone and no account gets the same message by telephone; the wiring listens with this."""
    tell = INQUIRY.step(taken.step).tell if taken.step in _STEPS else ""
    if taken.case.flow != INQUIRY.name or taken.case.person_id is not None or not tell:
        return
    first = taken.event if taken.step == INQUIRY.opens.name else taken.case.events.order_by("seq").first()
    phone = str(first.said.get("phone") or "") if first else ""
    if phone:
        case = taken.case
        values = {"number": case.number, "title": case.title}
        queue([NoticeRow(
            key=tell, to_phone=phone, case_id=case.pk, case_number=case.number, unit_id=case.unit_id, values=values,
        )], taken.at)  # fmt: skip


_STEPS = frozenset(step.name for step in (INQUIRY.opens, *INQUIRY.steps))


def reveal_phone(case: Case, reason: str, *, by: Actor, now: datetime) -> str:
    """The telephone an asker left, in full; who looked at it and why is in the ledger first, the number never.

    Raises NotAllowed, FactsMissing without a proper reason, StepRefused where none was left.
    """
    if not reveals.may_reveal(by, case):
        raise NotAllowed(_("只有此件的办理人员可以查看完整信息。"))
    first = case.events.order_by("seq").first()
    phone = str(first.said.get("phone") or "") if first else ""
    if not phone:
        raise StepRefused(_("此件没有留电话。"))
    why = " ".join(reason.split())
    shortest, longest = reveals.REASON_LENGTH
    if not shortest <= len(why) <= longest:
        raise FactsMissing({"reason": _("请写明查看的原因，4到100个字。查看会记入公开账本。")})
    with transaction.atomic():
        record(reveals.KIND, {"staff": by.id, "case": case.number, "field": "phone", "reason": why}, now)
    return phone


# --- from an answer to the library ------------------------------------------------------------------------------------


def propose_entry(
    case: Case, question: str, answer: str, source: str, *, by: Actor, now: datetime | None = None
) -> Proposal:
    """Put an answer forward for the library. Without a source it is refused: nothing in the library goes without one.

    The words are what the clerk typed for everybody to read, never a copy of the citizen's.
    """
    if by.kind != "staff" or by.id is None or not may_see(by, case):
        raise NotAllowed(_("只有办理这件咨询的人可以提建议。"))
    problems = _missing(
        {"question": (question, 200), "answer": (answer, LONGEST_WORDS), "source": (source, 300)}
    )
    if problems:
        raise FactsMissing(problems)
    if case.state != "answered" or Proposal.objects.filter(case=case).exists():
        raise StepRefused(_("答复以后才能提建议，并且只能提一次。"))
    moment = now or timezone.now()
    with transaction.atomic():
        Inquiry.objects.filter(case=case).update(proposed_at=moment)
        return Proposal.objects.create(
            case=case,
            question=question.strip(),
            answer=answer.strip(),
            source=source.strip(),
            by_id=by.id,
            at=moment,
        )


def _missing(given: dict[str, tuple[str, int]]) -> dict[str, str]:
    labels = {"question": _("问题"), "answer": _("答复"), "source": _("出处")}
    empty = {
        name: _("请填写“%(what)s”。") % {"what": labels[name]}
        for name, (text, _n) in given.items()
        if not text.strip()
    }
    long = {
        name: _("“%(what)s”太长了。") % {"what": labels[name]}
        for name, (text, most) in given.items()
        if len(text) > most
    }
    return empty | long
