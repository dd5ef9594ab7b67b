"""Configurations of other systems with every option they know, and what an import makes of them."""

from __future__ import annotations

from dataclasses import dataclass

from contact_center.content.center import Center, load_content
from contact_center.content.importing.callcenter_xml import import_callcenter
from contact_center.content.importing.draft import CenterDraft
from contact_center.content.importing.queues_conf import Source, import_queues_conf
from contact_center.content.importing.report import Entry, Report

QUEUES = """\
; The house's queues
[general]
persistentmembers = yes
autofill = no
monitor-type = MixMonitor
shared_lastcall = no
updatecdr = no
negative_penalty_invalid = no
log_membername_as_agent = no
log-caller-id-name = no
log-restricted-caller-id = yes
log-unpause-on-reason-change = no
force_longest_waiting_caller = no

[house](!)
musicclass = classical   ; the class of music
strategy = leastrecent
timeout = 20
retry = 5
wrapuptime = 15
timeoutpriority = conf
;--
weight = 99
--;
announce-frequency = 90
min-announce-frequency = 15
announce-holdtime = once
announce-round-seconds = 30
announce-position = limit
announce-position-limit = 4
announce-position-only-up = yes
announce-to-first-user = no
queue-youarenext = queue-youarenext
queue-thereare = queue-thereare
queue-callswaiting = queue-callswaiting
queue-quantity1 = queue-quantity1
queue-quantity2 = queue-quantity2
queue-holdtime = queue-holdtime
queue-minute = queue-minute
queue-minutes = queue-minutes
queue-seconds = queue-seconds
queue-thankyou = queue-thankyou
queue-reporthold = queue-reporthold
queue-callerannounce = silence

[sales](house)
announce = queue-markq
servicelevel = 60
context = qoutcon
penaltymemberslimit = 5
weight = 3
autofill = yes
autopause = yes
autopausedelay = 60
autopausebusy = no
autopauseunavail = no
maxlen = 25
setinterfacevar = no
setqueueentryvar = no
setqueuevar = no
membermacro = somemacro
membergosub = somesub
periodic-announce-frequency = 60
periodic-announce-startdelay = 20
random-periodic-announce = no
relative-periodic-announce = yes
periodic-announce = queue-periodic-announce,buy-more
monitor-format = wav49
joinempty = strict
leavewhenempty = paused,inuse,ringing,unavailable,invalid,unknown,penalty,wrapup
reportholdtime = no
ringinuse = no
memberdelay = 0
timeoutrestart = no
defaultrule = widen
member => PJSIP/1001,0,Ana Ruiz
member => PJSIP/1002,1,"Ben Okafor",PJSIP/1002,no,30,no
member => Local/9@agents/n,7,Chloe Martin

[support](house)
strategy = wrandom
strategy = rrmemory
timeout = 0
maxlen = 0
ringinuse = yes
joinempty = yes
leavewhenempty = no
announce-position = no
autopause = no
eventwhencalled = vars
fancy-option = 7
timeout-typo
member => PJSIP/1001
member => Agent/1007,2
#include queues_more.conf

[unused](!)
weight = 4
"""
RULES = """\
[widen]
penaltychange => 30,1
penaltychange => 60,+4,1
penaltychange => 90,,,2
[never]
penaltychange => 10,5
"""
CALLCENTER = """\
<configuration name="callcenter.conf" description="CallCenter">
  <settings>
    <!--<param name="odbc-dsn" value="dsn:user:pass"/>-->
    <param name="dbname" value="/dev/shm/callcenter.db"/>
    <param name="cc-instance-id" value="single_box"/>
    <param name="truncate-tiers-on-load" value="true"/>
    <param name="truncate-agents-on-load" value="true"/>
    <param name="global-database-lock" value="true"/>
    <param name="reserve-agents" value="true"/>
    <param name="agent-originate-timeout" value="60"/>
    <param name="odd" value="1"/>
  </settings>
  <queues>
    <queue name="support@default">
      <param name="strategy" value="longest-idle-agent"/>
      <param name="moh-sound" value="$${hold_music}"/>
      <param name="record-template" value="/var/rec/${uuid}.wav"/>
      <param name="time-base-score" value="system"/>
      <param name="max-wait-time" value="0"/>
      <param name="max-wait-time-with-no-agent" value="60"/>
      <param name="max-wait-time-with-no-agent-time-reached" value="5"/>
      <param name="tier-rules-apply" value="true"/>
      <param name="tier-rule-wait-second" value="20"/>
      <param name="tier-rule-wait-multiply-level" value="true"/>
      <param name="tier-rule-no-agent-no-wait" value="false"/>
      <param name="discard-abandoned-after" value="90"/>
      <param name="abandoned-resume-allowed" value="true"/>
      <param name="announce-sound" value="wait.wav"/>
      <param name="announce-frequency" value="40"/>
      <param name="skip-agents-with-external-calls" value="true"/>
      <param name="agent-no-answer-status" value="On Break"/>
    </queue>
    <queue name="sales@default">
      <param name="strategy" value="ring-progressively"/>
      <param name="ring-progressively-delay" value="8"/>
      <param name="moh-sound" value="local_stream://jazz"/>
      <param name="time-base-score" value="queue"/>
      <param name="max-wait-time" value="300"/>
      <param name="max-wait-time-with-no-agent" value="0"/>
      <param name="tier-rules-apply" value="false"/>
      <param name="abandoned-resume-allowed" value="false"/>
    </queue>
    <X-PRE-PROCESS cmd="include" data="queues/*.xml"/>
  </queues>
  <agents>
    <agent name="1000@default" type="callback" contact="[leg_timeout=10,x=1]user/1000@default"
           status="Available" max-no-answer="3" wrap-up-time="10" reject-delay-time="12"
           busy-delay-time="60" no-answer-delay-time="0"/>
    <agent name="zoe" type="uuid-standby" contact="" status="Logged Out" max-no-answer="0"/>
  </agents>
  <tiers>
    <tier agent="1000@default" queue="support@default" level="2" position="1"/>
    <tier agent="zoe" queue="support@default" level="1" position="1"/>
    <tier agent="zoe" queue="sales@default" level="3" position="2"/>
    <tier agent="nobody" queue="sales@default" level="1" position="1"/>
  </tiers>
</configuration>
"""


@dataclass
class Imported:
    """A draft, what it loads as, and the fate of every line by its number."""

    draft: CenterDraft
    center: Center
    report: Report

    def line(self, start: str, at: int = 0) -> Entry:
        """The entry of a line that begins so; the second one with `at` 1."""
        return [e for e in self.report.entries if e.text.startswith(start)][at]


def made_of(queues: str = QUEUES, rules: str = RULES) -> Imported:
    report = Report()
    beside = Source("queuerules.conf", rules) if rules else None
    draft = import_queues_conf(Source("queues.conf", queues), beside, report)
    return Imported(draft, load_content(draft.texts("made")), report)


def made_of_xml(text: str = CALLCENTER) -> Imported:
    report = Report()
    draft = import_callcenter("callcenter.conf.xml", text, report)
    return Imported(draft, load_content(draft.texts("made")), report)
