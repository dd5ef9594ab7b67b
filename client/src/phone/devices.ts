import type { Devices } from './port'

const KEPT = 'phone.devices'
export const USUAL: Devices = { microphone: '', speaker: '', ringer: '', clean: true }

export interface Plugged {
  microphones: MediaDeviceInfo[]
  speakers: MediaDeviceInfo[]
}

export function keptDevices(): Devices {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Devices>) }
  } catch {
    return USUAL
  }
}

export function keepDevices(devices: Devices): void {
  localStorage.setItem(KEPT, JSON.stringify(devices))
}

/** What is plugged in; names are empty until the microphone was allowed once. */
export async function plugged(): Promise<Plugged> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? []
  const known = all.filter((one) => one.deviceId !== '' && one.deviceId !== 'default')
  return {
    microphones: known.filter((one) => one.kind === 'audioinput'),
    speakers: known.filter((one) => one.kind === 'audiooutput'),
  }
}

export function constraints(devices: Devices): MediaTrackConstraints {
  return {
    ...(devices.microphone === '' ? {} : { deviceId: { exact: devices.microphone } }),
    echoCancellation: true,
    autoGainControl: true,
    noiseSuppression: devices.clean,
  }
}

/** Open the microphone; one that was unplugged is replaced by another. */
export async function openMicrophone(devices: Devices): Promise<MediaStream> {
  const open = (from: Devices) => navigator.mediaDevices.getUserMedia({ audio: constraints(from) })
  if (devices.microphone === '') return await open(devices)
  return await open(devices).catch(() => open({ ...devices, microphone: '' }))
}

/** Whether the microphone may be used without asking; null where the browser does not say. */
export async function mayListen(): Promise<boolean | null> {
  try {
    const { state } = await navigator.permissions.query({ name: 'microphone' as PermissionName })
    return state === 'granted' ? true : state === 'denied' ? false : null
  } catch {
    return null
  }
}

/** Let an element sound at a device; one that was unplugged is not worth an error. */
export async function soundAt(element: HTMLMediaElement, device: string): Promise<void> {
  if ('setSinkId' in element) await element.setSinkId(device).catch(() => undefined)
}
