"""What phones on the network do, told whenever it changes, and all of it after every connect."""

from collections.abc import Iterable

from contact_center.adapters.simulated.parties import Stage
from contact_center.adapters.simulated.phones import Phones, Rings
from contact_center.adapters.simulated.switch import Switch
from contact_center.core.acd_events import DeviceChanged, DeviceState


class Devices:
    """The phones that are watched."""

    def __init__(self, switch: Switch, phones: Phones) -> None:
        self._switch = switch
        self._phones = phones
        self._told: dict[str, DeviceState | None] = {}

    def watch(self, devices: Iterable[str]) -> None:
        """Tell of these phones from now on."""
        self._told = {device: self._told.get(device) for device in devices}
        for device in self._told:
            self.look(device)

    def connected(self) -> None:
        """Tell of every phone again: what happened meanwhile was not heard."""
        for device in self._told:
            self._told[device] = None
            self.look(device)

    def look(self, device: str) -> None:
        """A phone may have changed."""
        if not self._switch.connected or device not in self._told:
            return
        state = self._state(device)
        if self._told[device] is not state:
            self._told[device] = state
            self._switch.tell(DeviceChanged(device=device, state=state))

    def _state(self, device: str) -> DeviceState:
        phone = self._phones.find(device)
        if phone is None or phone.rings is Rings.UNREGISTERED:
            return DeviceState.UNAVAILABLE
        stages = {leg.stage for leg in self._switch.legs.values() if leg.device == device}
        if not stages:
            return DeviceState.IDLE
        return DeviceState.RINGING if stages == {Stage.RINGING} else DeviceState.IN_USE
