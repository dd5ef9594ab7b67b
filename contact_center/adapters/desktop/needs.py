"""What each command of ``desk.v1`` takes. A command without a line here is refused to everybody."""

from collections.abc import Mapping
from typing import Final

from contact_center.adapters.desktop import beside_messages as bm
from contact_center.adapters.desktop import callback_messages as cb
from contact_center.adapters.desktop import dial_messages as dm
from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import script_messages as sm
from contact_center.adapters.desktop import staff_messages as staff
from contact_center.adapters.desktop import talk_messages as tm
from contact_center.core.permissions import Permission

NEEDS: Final[Mapping[type[m.Command], Permission]] = {
    m.CmdReady: Permission.TAKE_CALLS,
    m.CmdPause: Permission.TAKE_CALLS,
    staff.CmdPauseQueue: Permission.TAKE_CALLS,
    m.CmdLogout: Permission.TAKE_CALLS,
    m.CmdAccept: Permission.TAKE_CALLS,
    m.CmdDecline: Permission.TAKE_CALLS,
    m.CmdHangup: Permission.TAKE_CALLS,
    m.CmdHold: Permission.TAKE_CALLS,
    m.CmdNotes: Permission.TAKE_CALLS,
    m.CmdDisposition: Permission.TAKE_CALLS,
    bm.CmdDirectory: Permission.TAKE_CALLS,
    bm.CmdKnowledge: Permission.TAKE_CALLS,
    bm.CmdNoticeRead: Permission.TAKE_CALLS,
    tm.CmdMute: Permission.TAKE_CALLS,
    tm.CmdDigits: Permission.TAKE_CALLS,
    tm.CmdHelp: Permission.TAKE_CALLS,
    tm.CmdRecord: Permission.TAKE_CALLS,
    tm.CmdTransfer: Permission.TAKE_CALLS,
    tm.CmdRequeue: Permission.TAKE_CALLS,
    tm.CmdConsult: Permission.TAKE_CALLS,
    tm.CmdConsultStep: Permission.TAKE_CALLS,
    tm.CmdPark: Permission.TAKE_CALLS,
    tm.CmdRetrieve: Permission.TAKE_CALLS,
    tm.CmdWrapUp: Permission.TAKE_CALLS,
    tm.CmdWorkDone: Permission.TAKE_CALLS,
    tm.CmdSupervise: Permission.HEAR_CALLS,
    tm.CmdSuperviseEnd: Permission.HEAR_CALLS,
    dm.CmdDial: Permission.DIAL_NUMBERS,
    dm.CmdPreviewDial: Permission.TAKE_CALLS,
    dm.CmdPreviewSkip: Permission.TAKE_CALLS,
    cb.CmdPromiseForm: Permission.PROMISE_CALLBACKS,
    cb.CmdPromise: Permission.PROMISE_CALLBACKS,
    cb.CmdPromiseMove: Permission.PROMISE_CALLBACKS,
    cb.CmdPromiseCancel: Permission.PROMISE_CALLBACKS,
    sm.CmdScriptAnswer: Permission.TAKE_CALLS,
    sm.CmdScriptMove: Permission.TAKE_CALLS,
    sm.CmdScriptObjection: Permission.TAKE_CALLS,
    sm.CmdScriptHint: Permission.TAKE_CALLS,
    sm.CmdScriptAct: Permission.TAKE_CALLS,
}
"""By the kind of command."""


def need_of(command: m.Command) -> Permission | None:
    """What a command takes; None when nobody said."""
    return NEEDS.get(type(command))
