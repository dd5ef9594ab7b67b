"""The parts of a center that are neither queues nor agents: numbers, dispositions, bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from contact_center.content import center_shapes as shapes
from contact_center.content.center_agents import back_off_of
from contact_center.content.disposition_shapes import dispositions_of
from contact_center.content.numbers import dialled
from contact_center.content.problems import did_you_mean
from contact_center.content.yaml_source import Document, Path
from contact_center.core.configuration import NumberSettings, Timing
from contact_center.core.disposition import Disposition
from contact_center.core.ids import FlowId
from contact_center.core.queue_settings import BackOff


@dataclass(slots=True)
class CenterBuilder:
    """Builds the core's settings and checks what refers to what."""

    document: Document
    header: shapes.CenterHeader
    flow_names: frozenset[str]
    knows_all_flows: bool

    def numbers(self, written: Mapping[str, shapes.NumberShape]) -> dict[str, NumberSettings]:
        """Build the numbers, in E.164 (short ones as they are)."""
        built: dict[str, NumberSettings] = {}
        places: dict[str, str] = {}
        for text, shape in written.items():
            path: Path = ("numbers", text)
            did = dialled(text, self.header.region)
            self.check_flow(shape.flow, (*path, "flow"))
            if did is None:
                self.document.report(
                    path,
                    "E101",
                    f'"{text}" is no number that can be dialled',
                    'write it as "+14155550100", or as an extension',
                    key=True,
                )
            elif did in built:
                self.document.report(
                    path,
                    "E101",
                    f'{did} is there twice, first as "{places[did]}"',
                    "remove one of the two",
                    key=True,
                )
            else:
                places[did] = text
                built[did] = NumberSettings(did=did, flow=FlowId(shape.flow), label=shape.label)
        if self.header.unknown_number is not None:
            self.check_flow(self.header.unknown_number, ("unknown_number",))
        return built

    def dispositions(self) -> dict[str, Disposition]:
        """How calls may end."""
        return dispositions_of(self.document, self.header.dispositions)

    def check_flow(self, name: str, path: Path) -> None:
        """Report a flow that no file has, unless there is a file that could not be read."""
        if self.knows_all_flows and name not in self.flow_names:
            self.document.report(
                path,
                "E026",
                f'there is no flow "{name}"',
                did_you_mean(name, self.flow_names, "name its file under flows"),
            )

    def timing(self) -> Timing:
        """Bounds of the whole center."""
        timing = self.header.timing
        rest = back_off_of(timing.back_off) if timing.back_off is not None else BackOff()
        if timing.lost_device_back_off is not None:
            rest = replace(rest, unregistered_us=timing.lost_device_back_off)
        return Timing(
            back_off=rest,
            desk_grace_us=timing.desk_grace,
            device_grace_us=timing.device_grace,
            max_call_us=timing.max_call,
            setup_us=timing.setup,
            least_talk_us=timing.least_talk,
            lookup_us=timing.lookup,
            park_us=timing.park,
        )
