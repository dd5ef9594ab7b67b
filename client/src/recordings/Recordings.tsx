import { useEffect, useRef, useState } from 'react'

import { Button, Group } from '@mantine/core'
import { IconPlayerPlay, IconQuote } from '@tabler/icons-react'

import { lasting } from '../kit/lasting'
import { type Kept, type Mark, RefusedError, server } from '../server'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'
import { Reviews } from './Reviews'

/** What was recorded, newest first. Who hears one is written into the audit log. */
export default function Recordings() {
  const { t, problem } = useWords()
  const [kept, setKept] = useState<readonly Kept[] | null>(null)
  const [wrong, setWrong] = useState('')
  useEffect(() => {
    let over = false
    server.recordings().then(
      (told) => !over && setKept(told.recordings),
      (error: unknown) =>
        !over &&
        setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', ''))),
    )
    return () => {
      over = true
    }
  }, []) // eslint-disable-line
  return (
    <section className="panel" aria-labelledby="recordings-title" id="recordings">
      <div className="panel-head">
        <h2 id="recordings-title">{t('page.recordings')}</h2>
        <span className="count">{t('recordings.note')}</span>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="recordings-title">
        {wrong !== '' && (
          <p className="empty" role="alert">
            {wrong}
          </p>
        )}
        {kept !== null && kept.length === 0 && <p className="empty">{t('recordings.none')}</p>}
        {kept !== null && kept.length > 0 && <Table kept={kept} />}
      </div>
    </section>
  )
}

function Table({ kept }: { kept: readonly Kept[] }) {
  const { t } = useWords()
  return (
    <table aria-labelledby="recordings-title">
      <thead>
        <tr>
          <th>{t('recordings.at')}</th>
          <th>{t('recordings.kind')}</th>
          <th>{t('recordings.whose')}</th>
          <th>{t('recordings.length')}</th>
          <th>{t('recordings.sound')}</th>
        </tr>
      </thead>
      <tbody>
        {kept.map((one) => (
          <Row key={one.recording} one={one} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ one }: { one: Kept }) {
  const agents = useStore((s) => s.agents)
  const { t, maybe, problem, language } = useWords()
  const [url, setUrl] = useState('')
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const [isReviewing, setReviewing] = useState(false)
  const sound = useRef<HTMLAudioElement>(null)
  // A mark that was pressed before there was any sound is gone to when there is.
  const wanted = useRef(0)
  useEffect(() => () => URL.revokeObjectURL(url), [url])
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const whose = agents.get(one.box)?.name ?? one.box
  const at = when.format(one.at)
  const play = async () => {
    setBusy(true)
    setWrong('')
    try {
      setUrl(URL.createObjectURL(await server.sound(one.recording)))
    } catch (error) {
      setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', '')))
    }
    setBusy(false)
  }
  const go = (mark: Mark) => {
    wanted.current = mark.from_ms / 1000
    if (sound.current === null) return void play()
    sound.current.currentTime = wanted.current
    void sound.current.play()
  }
  return (
    <tr data-recording={one.recording}>
      <td>{at}</td>
      <td>{maybe(`recordings.${one.kind}` as Key, one.kind)}</td>
      <th scope="row" className="name">
        {whose}
      </th>
      <td className="number">{lasting(one.ms)}</td>
      <td>
        <Group gap="xs" align="center">
          {url === '' ? (
            <Button
              size="compact-sm"
              variant="default"
              loading={busy}
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              aria-label={t('recordings.play_of', { whose, at })}
              onClick={() => void play()}
            >
              {t('recordings.play')}
            </Button>
          ) : (
            // What is said in it is not written down anywhere.
            <audio
              ref={sound}
              controls
              autoPlay
              src={url}
              aria-label={t('recordings.play_of', { whose, at })}
              onLoadedMetadata={(event) => (event.currentTarget.currentTime = wanted.current)}
            />
          )}
          {(one.marks ?? []).map((mark) => (
            <Button
              key={`${mark.disclosure} ${mark.to_ms}`}
              size="compact-sm"
              variant="subtle"
              leftSection={<IconQuote size={14} aria-hidden />}
              aria-label={t('recordings.mark_of', { what: mark.disclosure, at: lasting(mark.from_ms) })}
              data-mark={mark.disclosure}
              onClick={() => go(mark)}
            >
              {mark.disclosure} {lasting(mark.from_ms)}
            </Button>
          ))}
          {wrong !== '' && (
            <span className="note" role="alert">
              {wrong}
            </span>
          )}
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t('review.open_of', { whose, at })}
            onClick={() => setReviewing(true)}
          >
            {t('review.open')}
          </Button>
          {isReviewing && (
            <Reviews
              recording={one.recording}
              title={t('review.open_of', { whose, at })}
              close={() => setReviewing(false)}
            />
          )}
        </Group>
      </td>
    </tr>
  )
}
