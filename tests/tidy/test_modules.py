"""Every module has its test, the core is pure, and messages cannot be changed."""

from __future__ import annotations

import ast
import dataclasses
import sys
from pathlib import Path

import pytest

from contact_center.core import acd
from contact_center.core.ivr import flow, flow_logic, flow_parts, flow_talk, flow_ways
from contact_center.core.vocabulary import MODULES
from dialer import messages as dialer_messages
from tests.tidy.project import ROOT, python, read

STANDARD = """abc bisect collections dataclasses datetime decimal enum fractions functools hashlib
    heapq itertools math re string types typing unicodedata zoneinfo"""
PURE = frozenset({*STANDARD.split(), "sortedcontainers", "contact_center"})
"""What the core may import. Of ``datetime`` only the arithmetic: ruff refuses asking for now."""

PARTS_OF_FLOWS = (flow_parts, flow_talk, flow_logic, flow_ways)

TESTED_ELSEWHERE: dict[str, dict[str, str]] = {
    "the command line, and the process made of its parts": {
        "tests/app/test_commands.py": "__main__ app/replay app/run app/service app/speech",
        "tests/app/test_report.py": "app/instants",
        "tests/app/test_alerting.py": "app/floor_numbers core/alerts",
        "tests/app/test_floor_tour.py": "adapters/api/alerts",
        "tests/app/test_reports_tour.py": "app/past_numbers",
        "tests/adapters/api/test_floor_changes.py": "adapters/api/floor_bodies",
        "tests/app/test_notices.py": "adapters/api/notices",
        "tests/adapters/sql/test_notices.py": "adapters/sql/floor_tables",
        "tests/app/test_evaluations.py": "adapters/api/evaluations adapters/sql/evaluations",
        "tests/app/test_floor_views.py": "adapters/api/floor_views adapters/sql/floor_views",
        "tests/stories/test_live_changes.py": "core/live_changes core/floor core/overlays",
        "tests/app/test_teams.py": "adapters/api/reaching",
        "tests/app/test_publishing.py": "app/publisher app/ivr/releasing",
        "tests/app/test_import.py": "app/import_command app/import_flow",
        "tests/core/test_cases.py": "core/case_clocks",
        "tests/adapters/sql/test_cases.py": "adapters/sql/case_tables",
        "tests/adapters/sql/test_customer_keeping.py": """adapters/sql/customer_merges
            adapters/sql/customer_past adapters/sql/customer_reading
            adapters/sql/customer_tables""",
        "tests/adapters/sql/test_demo.py": "adapters/sql/demo_context",
        "tests/app/test_customers_command.py": "app/customers_reading",
        "tests/app/test_customers.py": """adapters/api/customers adapters/api/customer_shapes
            app/customer_doors
            app/customer_views""",
        "tests/app/ivr/test_command.py": "app/ivr/trying app/ivr/picturing",
        "tests/app/ivr/test_tryout.py": "app/ivr/hearing app/ivr/services",
        "tests/app/test_reload.py": "app/reload_command",
        "tests/app/test_dialing.py": "app/dial_records app/dial_replay app/dialer_command",
        "tests/app/test_starting.py": "app/rosters app/state_folder",
        "tests/app/test_company_login.py": """app/company_login adapters/oidc/doors
            adapters/oidc/errors adapters/oidc/pending adapters/oidc/provider
            adapters/oidc/settings adapters/oidc/tokens adapters/oidc/words settings/oidc
            settings/secret""",
        "tests/tidy/test_permissions.py": "app/doors core/permissions adapters/desktop/needs",
        "tests/app/test_dial_people.py": "adapters/api/people app/storage_away",
        "tests/app/test_desk_callbacks.py": """adapters/desktop/callback_door
            adapters/desktop/callback_messages app/promises""",
        "tests/adapters/api/test_campaigns.py": """adapters/api/campaign_views
            adapters/api/doors""",
        "tests/app/test_desk_scripts.py": """adapters/desktop/script_door
            adapters/desktop/script_messages""",
        "tests/adapters/desktop/test_resume.py": "adapters/desktop/boards",
        "tests/adapters/desktop/test_beside.py": """adapters/desktop/beside_messages
            adapters/desktop/looking_up""",
        "tests/content/test_articles.py": "content/texts",
        "tests/app/test_rosters.py": "content/center_users",
        "tests/adapters/desktop/test_beside_page.py": "adapters/desktop/disposition_payloads",
        "tests/adapters/desktop/test_talking.py": "adapters/desktop/current_call",
        "tests/end_to_end/test_*.py": "app/providers",
        "tests/end_to_end/test_secrets.py": "app/lookups adapters/lookups/demo",
        "tests/app/test_leads.py": """app/leads_command app/leads_options app/leads_owners
            app/leads_progress""",
    },
    "doors: types and words, held by whoever goes through them": {
        "tests/runtime/dialing/test_runner.py": "runtime/dialing/store runtime/dialing/errands",
        "tests/contracts/telephony/test_*.py": """ports core/commands core/events
            adapters/simulated/devices""",
        "tests/stories/test_*.py": """core/acd core/acd_events core/configuration core/dialing
            core/facts core/outcomes core/output core/queue_settings core/supervisor_requests
            core/waiting_room""",
        "tests/adapters/desktop/test_*.py": "core/requests adapters/desktop/staff_messages",
        "tests/core/test_queue_pauses.py": "core/staff_facts",
        "tests/app/test_console_schema.py": "adapters/console/payloads",
        "tests/core/ivr/test_*.py": """core/ivr/expressions core/ivr/flow core/ivr/flow_parts
            core/ivr/flow_talk core/ivr/flow_logic core/ivr/flow_ways core/ivr/scenario
            core/ivr/spoken_words""",
        "tests/core/ivr/test_semantics*.py": """core/ivr/assigning core/ivr/silent core/ivr/frames
            core/ivr/pressing core/ivr/sound""",
    },
    "one reducer in floors: events at times, and what follows": {
        "tests/stories/test_*.py": """core/accepting core/afterwards core/agent core/call core/calls
            core/center
            core/consultations core/conversation core/clicks core/dialled core/dialling core/ending
            core/errors core/flows core/journey core/offers core/outbound core/outside core/parking
            core/parties core/previews core/recording core/supervision
            core/talk_facts core/transfers core/callback_book core/callback_requests core/callbacks
            core/place core/visitors core/visits core/work""",
        "tests/core/test_*.py": """core/absences core/bench core/disciplines core/doors
            core/estimate core/graph core/lines core/matching core/pool core/reserving core/snapshot
            core/strategies core/waits""",
        "tests/stories/test_lookups.py": "core/lookups",
        "tests/core/ivr/test_looking.py": "core/ivr/services",
        "tests/core/ivr/test_secrecy.py": "core/ivr/keeping",
        "tests/adapters/lookups/test_lookups.py": "adapters/lookups/metrics",
        "tests/adapters/prompts/test_*.py": "core/ivr/prompts",
    },
    "what is to be dialled, in memory and in databases alike": {
        "tests/adapters/sql/test_intents.py": "adapters/twilio/intents",
    },
    "one storage of the dialer, told by what its runner asks of it": {
        "tests/adapters/sql/dialing/test_claims.py": """adapters/sql/dialing/choosing
            adapters/sql/dialing/leads adapters/sql/dialing/mix adapters/sql/dialing/store""",
        "tests/adapters/sql/dialing/test_suppressions.py": """adapters/sql/dialing/barring
            adapters/sql/dialing/consents adapters/sql/dialing/facts""",
        "tests/adapters/sql/dialing/test_promises.py": "adapters/sql/dialing/promising",
        "tests/adapters/sql/dialing/test_campaigns.py": """adapters/sql/dialing/evidence
            adapters/sql/dialing/keeping adapters/sql/dialing/ledgers""",
        "tests/adapters/sql/dialing/test_recovery.py": "adapters/sql/dialing/transactions",
    },
    "questions: each answer as data and in words": {
        "tests/core/test_explain.py": """core/explain_agent core/explain_call
            core/explain_words core/reasons""",
        "tests/adapters/api/test_routes.py": """adapters/api/bodies adapters/api/outcomes
            adapters/api/views""",
        "tests/end_to_end/test_phones.py": "app/api",
    },
    "one fold: facts of random days, and counts made by looking at everything": {
        "tests/reporting/test_fold.py": """reporting/agents reporting/books reporting/queue_order
            reporting/records reporting/tally""",
    },
    "one loader: a mistake in a file, and its place, code and advice": {
        "tests/content/test_campaigns.py": "content/campaign_shapes",
        "tests/content/test_called_party.py": "content/area_codes",
        "tests/content/test_surveys.py": "content/build_survey content/survey_shapes",
        "tests/content/test_build_scenarios.py": "content/scenario_shapes",
        "tests/content/test_flow_nodes.py": """content/assignments content/build_asking
            content/build_calls content/build_silent content/call_shapes content/flow_reading
            content/signatures content/silent_shapes content/subflows content/variables""",
        "tests/content/test_policies.py": "content/policy_shapes",
        "tests/content/test_build_words.py": "content/word_shapes",
        "tests/adapters/recognition/test_worker.py": "adapters/recognition/framing",
        "tests/content/test_broken_*.py": """content/center content/center_files
            content/center_agents content/center_context content/center_parts
            content/center_queue_shapes content/center_queues content/center_references
            content/center_rooms
            content/center_shapes content/center_staffing content/check content/flow_builder
            content/flow_lint content/flow_nodes content/flow_shapes content/prompt_shapes
            content/build_talk content/build_logic content/build_ways content/node_shapes
            content/talk_shapes content/logic_shapes content/way_shapes
            content/steps content/languages
            content/later content/numbers content/shapes content/speeches""",
        "tests/content/importing/test_queues_conf.py": """content/importing/draft
            content/importing/queue_announcements content/importing/queue_rules
            content/importing/report content/importing/words""",
        "tests/content/importing/test_flows_walked.py": """content/importing/flow_draft
            content/importing/studio_services content/importing/studio_splits
            content/importing/studio_talk content/importing/studio_words
            content/importing/dialplan_applications content/importing/dialplan_reading
            content/importing/dialplan_state content/importing/dialplan_words""",
        "tests/content/importing/test_asterisk_expressions.py": "content/importing/asterisk_times",
        "tests/test_settings.py": "settings/check settings/loading settings/shapes",
        "tests/app/test_portal.py": "settings/portal",
        "tests/app/test_phones.py": """app/phone_schema app/phones_command settings/phones
            settings/secret""",
        "tests/adapters/phone/test_server.py": "adapters/phone/payloads",
        "tests/test_settings_twilio.py": "settings/twilio",
        "tests/content/test_scripts.py": """content/script_lint content/script_shapes
            content/script_tests content/script_texts""",
        "tests/core/scripting/test_reading.py": """core/scripting/facts core/scripting/run
            core/scripting/script core/scripting/view""",
        "tests/app/scripting/test_command.py": "app/scripting/finding app/scripting/preview",
        "tests/adapters/sql/test_scripts.py": "core/scripting/kept",
        "tests/adapters/sql/test_records.py": "adapters/sql/writer",
        "tests/app/test_script_report.py": "app/report_words",
        "tests/adapters/sql/test_script_reports.py": "adapters/sql/ranks reporting/script_fold",
        "tests/content/test_services.py": """content/build_services content/build_secrets
            content/service_shapes""",
        "tests/tidy/test_documents.py": "content/schemas settings/environment",
    },
    "pure parts of one adapter: what Asterisk is asked, and what the core hears": {
        "tests/adapters/asterisk/test_requests.py": """adapters/asterisk/addresses
            adapters/asterisk/book adapters/asterisk/coaching
            adapters/asterisk/failures adapters/asterisk/plans adapters/asterisk/recordings""",
        "tests/adapters/asterisk/test_translate.py": "adapters/asterisk/causes",
        "tests/adapters/asterisk/test_ami.py": "adapters/asterisk/ami_client",
        "tests/adapters/asterisk/test_ari.py": """adapters/asterisk/ari_http
            adapters/asterisk/ari_link adapters/asterisk/ari_sockets adapters/asterisk/errors
            adapters/asterisk/settings""",
        "tests/adapters/asterisk/local/test_tree.py": """adapters/asterisk/local/__main__
            adapters/asterisk/local/recipe""",
    },
    "documents and requests of another: what it is told, and what it is asked": {
        "tests/adapters/twilio/test_twiml.py": "adapters/twilio/writing",
        "tests/adapters/twilio/test_rest.py": "adapters/twilio/rest_link",
        "tests/adapters/twilio/test_metrics.py": "adapters/twilio/counts",
        "tests/adapters/twilio/test_streams.py": """adapters/twilio/stream_link
            adapters/twilio/stream_orders""",
        "tests/adapters/twilio/test_streaming.py": """adapters/twilio/streamed
            adapters/twilio/stream_door""",
        "tests/adapters/twilio/test_telephony*.py": """adapters/twilio/agenda
            adapters/twilio/asks adapters/twilio/believing adapters/twilio/book
            adapters/twilio/carrying
            adapters/twilio/documents adapters/twilio/hearing adapters/twilio/landing
            adapters/twilio/leg adapters/twilio/listing
            adapters/twilio/naming adapters/twilio/replies adapters/twilio/requests
            adapters/twilio/resync adapters/twilio/settling adapters/twilio/sounds
            adapters/twilio/talks adapters/twilio/tapes adapters/twilio/tones
            adapters/twilio/wanted adapters/twilio/webhooks adapters/twilio/wishes""",
    },
    "one page, told by what a visitor sends and is sent": {
        "tests/adapters/portal/test_routes.py": """adapters/portal/lobby adapters/portal/outlook
            adapters/portal/pages adapters/portal/settings adapters/portal/visit
            adapters/portal/words""",
        "tests/adapters/portal/test_talk.py": """adapters/portal/asking adapters/portal/line
            adapters/portal/talk_page adapters/portal/voice""",
        "tests/app/test_self_service.py": "adapters/api/case_files",
        "tests/adapters/portal/test_own.py": "adapters/portal/own_pages adapters/portal/own_words",
        "tests/adapters/portal/test_articles.py": "adapters/portal/article_pages",
        "tests/adapters/sql/test_article_votes.py": "app/article_report",
        "tests/end_to_end/test_visitor_talks.py": "app/voice",
    },
    "one protocol, told from the socket: frames in, frames out": {
        "tests/adapters/desktop/test_*.py": """adapters/desktop/codec adapters/desktop/desk
            adapters/desktop/desk_socket adapters/desktop/envelope
            adapters/desktop/messages adapters/desktop/pages
            adapters/desktop/talk_messages adapters/desktop/payloads
            adapters/desktop/dial_messages adapters/desktop/dial_payloads desk_client/cards
            adapters/desktop/projection adapters/desktop/roster adapters/desktop/screen_text
            adapters/desktop/answers
            adapters/desktop/security adapters/desktop/server adapters/desktop/settings
            adapters/desktop/throttle adapters/desktop/wish desk_client/connection
            desk_client/screen desk_client/terminal desk_client/command""",
    },
    "one network, told by callers and phones; its rules are split by kind of command": {
        "tests/adapters/simulated/test_network.py": """adapters/simulated/calls
            adapters/simulated/deadlines adapters/simulated/handsets adapters/simulated/hearing
            adapters/simulated/media adapters/simulated/parties adapters/simulated/people
            adapters/simulated/phones adapters/simulated/recordings adapters/simulated/switch
            adapters/simulated/talks adapters/simulated/traffic adapters/simulated/transfers""",
    },
    "every migration, and every count of measures, on both databases": {
        "tests/adapters/sql/test_migrate.py": """adapters/sql/migrations/env
            adapters/sql/migrations/versions/0001_first_tables
            adapters/sql/migrations/versions/0002_for_measures
            adapters/sql/migrations/versions/0003_for_context
            adapters/sql/migrations/versions/0004_dialer
            adapters/sql/migrations/versions/0005_machine_audit
            adapters/sql/migrations/versions/0006_surveys
            adapters/sql/migrations/versions/0007_node_visits
            adapters/sql/migrations/versions/0008_dial_intents
            adapters/sql/migrations/versions/0009_call_scripts
            adapters/sql/migrations/versions/0022_customer_context
            adapters/sql/migrations/versions/0011_disposition_fields
            adapters/sql/migrations/versions/0010_audit_log
            adapters/sql/migrations/versions/0015_queue_pauses
            adapters/sql/migrations/versions/0014_spoken_visits
            adapters/sql/migrations/versions/0017_floor
            adapters/sql/migrations/versions/0019_attestation
            adapters/sql/migrations/versions/0018_evaluations
            adapters/sql/migrations/versions/0021_cases
            adapters/sql/migrations/versions/0023_article_votes
            adapters/sql/migrations/versions/0024_case_files
            adapters/sql/migrations/versions/0025_remembered_languages
            adapters/sql/migrations/versions/0016_where_it_was_said
            adapters/sql/migrations/versions/0026_hints_and_actions""",
        "tests/adapters/sql/dialing/test_importing*.py": """adapters/sql/dialing/staging
            adapters/sql/dialing/switching""",
        "tests/adapters/sql/test_history.py": """adapters/sql/agent_time
            adapters/sql/overtaken""",
    },
}
"""Modules without a test module of their own name: why, and which tests hold them instead."""


def excused() -> dict[str, str]:
    """Give the tests that hold a module, by its path without ending."""
    return {
        name: where
        for group in TESTED_ELSEWHERE.values()
        for where, names in group.items()
        for name in names.split()
    }


def own_test(module: Path) -> Path:
    below = module if module.parts[0] == "simulations" else module.relative_to("contact_center")
    return Path("tests") / below.parent / f"test_{below.stem}.py"


SIMULATIONS_TESTED_ELSEWHERE = {
    "simulations/commands/telemarketing.py": "tests/simulations/dialing_list/test_campaign.py",
    "simulations/dialing_list/calling.py": "tests/simulations/dialing_list/test_campaign.py",
    "simulations/dialing_list/report.py": "tests/simulations/dialing_list/test_campaign.py",
    "simulations/__main__.py": "tests/simulations/test_commands.py",
    "simulations/model.py": "tests/simulations/test_validate.py",
    **{
        f"simulations/commands/{name}.py": "tests/simulations/test_commands.py"
        for name in (
            "bench",
            "bench_dialer",
            "check",
            "fit",
            "outcome",
            "progress",
            "run",
            "staff",
            "validate",
        )
    },
    **{
        f"simulations/dialing_check/{name}.py": "tests/simulations/dialing_check/test_drive.py"
        for name in ("books", "people")
    },
    **{
        f"simulations/center/{name}.py": "tests/simulations/center/test_day.py"
        for name in ("duties", "findings", "outcome")
    },
}


DIALER_TESTED_ELSEWHERE = {
    **dict.fromkeys(("asking", "attempts", "messages", "turns"), "test_dialing.py"),
    **dict.fromkeys(("campaign", "floor", "ids", "lead", "pacing"), "test_dialing_machine.py"),
    **dict.fromkeys(("look_ahead", "outlook"), "test_pacing_invariants.py"),
    **dict.fromkeys(("attempt", "check_log", "policy"), "test_checker.py"),
    "list_row": "test_list_definition.py",
}
"""Types and words, and floors of one reducer: held by whoever goes through them."""


def test_every_module_of_the_dialer_is_tested_by_its_own_name_or_where_the_table_says() -> None:
    tests = ROOT / "tests/dialer"
    modules = [p.stem for p in python("dialer") if p.stem not in ("__init__", "errors")]
    without = [
        name
        for name in modules
        if not (tests / DIALER_TESTED_ELSEWHERE.get(name, f"test_{name}.py")).exists()
    ]
    assert len(modules) > 40
    assert without == []
    assert [name for name in DIALER_TESTED_ELSEWHERE if name not in modules] == []


def test_every_module_of_the_simulations_is_tested_too() -> None:
    modules = [p for p in python("simulations") if p.name != "__init__.py"]
    without = [
        str(p)
        for p in modules
        if not (ROOT / own_test(p)).exists() and str(p) not in SIMULATIONS_TESTED_ELSEWHERE
    ]
    assert len(modules) > 15
    assert without == []
    named = {*SIMULATIONS_TESTED_ELSEWHERE, *SIMULATIONS_TESTED_ELSEWHERE.values()}
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_module_is_tested_by_its_own_name_or_where_the_table_says() -> None:
    modules = [p for p in python("contact_center") if p.name != "__init__.py"]
    without = [
        str(p)
        for p in modules
        if not (ROOT / own_test(p)).exists()
        and str(p.relative_to("contact_center").with_suffix("")) not in excused()
    ]
    assert len(modules) > 100
    assert without == []


def test_the_table_of_tests_names_what_exists() -> None:
    gone = [name for name in excused() if not (ROOT / "contact_center" / f"{name}.py").exists()]
    assert gone == []
    assert [where for where in excused().values() if not list(ROOT.glob(where))] == []


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_core_imports_nothing_but_what_is_pure() -> None:
    core = [p for p in python("contact_center") if p.parts[1] == "core"]
    impure = {str(p): sorted(n for n in imported(p) if n.split(".")[0] not in PURE) for p in core}
    assert len(core) > 30
    assert {path: names for path, names in impure.items() if names} == {}


@pytest.mark.parametrize("module", [*MODULES, acd, flow, *PARTS_OF_FLOWS, dialer_messages])
def test_messages_are_frozen_slotted_and_built_by_name(module: object) -> None:
    kinds = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and kind.__module__ == module.__name__  # type: ignore[attr-defined]
        and dataclasses.is_dataclass(kind)
    ]
    loose = [
        kind.__name__
        for kind in kinds
        if not kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        or "__slots__" not in vars(kind)
        or not all(field.kw_only for field in dataclasses.fields(kind))
    ]
    assert kinds
    assert loose == []


def test_modules_whose_messages_are_encoded_keep_their_annotations() -> None:
    encoded = [Path(sys.modules[m.__name__].__file__ or "") for m in MODULES]
    assert [p.name for p in encoded if "from __future__ import annotations" in p.read_text()] == []
