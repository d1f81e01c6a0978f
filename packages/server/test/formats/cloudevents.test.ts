import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTypes, exampleEvent, type FrozenEvent } from '../../src/catalog/index.ts';
import { formatsByName } from '../../src/formats/index.ts';
import { customEvent, render } from './sample-requests.ts';

const format = formatsByName.cloudevents;
const events = [...eventTypes.map(exampleEvent), customEvent];

/** Reads a request with the CloudEvents SDK, which validates it. */
function received(event: FrozenEvent, mode: 'structured' | 'binary'): CloudEvent<unknown> {
  const { headers, body } = render(format, event, { request: { mode } });
  const read = HTTP.toEvent<unknown>({ headers: { ...headers }, body });
  if (!(read instanceof CloudEvent)) throw new Error('one event was sent, several came');
  read.validate();
  return read;
}

describe.each(['structured', 'binary'] as const)('%s mode', (mode) => {
  test.each(
    events.map((event): [string, FrozenEvent] => [event.type, event]),
  )('%s is read by the CloudEvents SDK as it was meant', (_, event) => {
    const read = received(event, mode);
    expect(read).toMatchObject({
      specversion: '1.0',
      id: event.id,
      source: `/organizations/${event.organization.id}`,
      type: event.type,
      datacontenttype: 'application/json',
    });
    expect(new Date(read.time ?? '').toISOString()).toBe(event.occurred_at);
    expect(read.subject).toBe(event.participant?.external_id ?? undefined);
    expect(read['sequence']).toBe(event.seq === null ? undefined : String(event.seq));
    expect(read['campaign']).toBe(event.campaign?.id);
    expect(read.data).toMatchObject({ event_id: event.id, details: event.data });
  });

  test('is the default without a mode only if structured', () => {
    const { headers } = render(format, customEvent, { request: { mode: null } });
    expect(headers['content-type']).toBe('application/cloudevents+json');
  });
});

test('both modes carry the same data as the format standard', () => {
  for (const event of events) {
    const structured = JSON.parse(render(format, event, { request: { mode: 'structured' } }).body ?? '');
    const binary = render(format, event, { request: { mode: 'binary' } }).body;
    const standard = JSON.parse(render(formatsByName.standard, event).body ?? '');
    expect(JSON.stringify(structured.data)).toBe(binary);
    expect(JSON.stringify(standard.data)).toBe(binary);
  }
});

describe('header values', () => {
  function subjectHeader(external_id: string): string | undefined {
    const event = exampleEvent('task.completed');
    if (event.participant === null) throw new Error('the example has no participant');
    const participant = { ...event.participant, external_id };
    return render(format, { ...event, participant } as FrozenEvent, { request: { mode: 'binary' } }).headers[
      'ce-subject'
    ];
  }

  test.each([
    ['ca9bb5c2-25a6', 'ca9bb5c2-25a6'],
    ["!#$&'()*+,-./:;<=>?@[]^_`{|}~", "!#$&'()*+,-./:;<=>?@[]^_`{|}~"],
    // The example of the CloudEvents HTTP binding, section 3.1.3.2.
    ['Euro € 😀', 'Euro%20%E2%82%AC%20%F0%9F%98%80'],
    ['50% "off"', '50%25%20%22off%22'],
    ['a\r\nx-evil: 1', 'a%0D%0Ax-evil:%201'],
    ['\u007f', '%7F'],
  ])('%j is sent as %s', (subject, sent) => {
    expect(subjectHeader(subject)).toBe(sent);
  });

  test('any text comes back by percent-decoding and never breaks a header', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 50, unit: 'binary' }), (subject) => {
        const sent = subjectHeader(subject) ?? '';
        expect(sent).toMatch(/^[\x21-\x7e]+$/);
        expect(decodeURIComponent(sent)).toBe(subject);
      }),
    );
  });
});
