// Made by `make docs` from contact_center/adapters/phone/payloads.py.

/** Where the phone is to be from the next call on. */
export interface PhoneChoice {
  way: 'browser' | 'desk' | 'outside'
  number?: string
}

/** Why something was not done. ``error`` is for programs, ``message`` for people. */
export interface PhoneRefusal {
  error: string
  message: string
}

/** Whose phone it is, where it is (``number``: of one outside), and where else it can be. */
export interface PhoneState {
  agent: string
  name: string
  device: string
  way: 'browser' | 'desk' | 'outside'
  number: string
  ways: ('browser' | 'desk' | 'outside')[]
}

/** How a browser registers at a SIP server. ``url``: of its websocket; a path is ours. */
export interface SipLine {
  kind: 'sip'
  url: string
  user: string
  domain: string
  password: string
  ice: string[]
}

/** How a browser registers at Twilio. ``until``: milliseconds UTC; ask again before. */
export interface TwilioLine {
  kind: 'twilio'
  token: string
  identity: string
  edge: string
  until: number
}
