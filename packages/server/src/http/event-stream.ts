import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** The answer of a route that gives server-sent events, for its `response` schema. */
export function eventStreamAnswer(description: string) {
  return { description, content: { 'text/event-stream': { schema: z.string() } } };
}

/** One answer of server-sent events (HTML standard, 9.2), for as long as its reader keeps up. */
export interface EventStream {
  /** Whoever has not read what was sent before is cut off when there is too much of it. */
  send(text: string): void;
  /** Asks again whether its reader may read on, before the next heartbeat does. */
  check(): void;
  /** Ends it in order: the reader may come again. */
  end(): void;
}

/** What waits for a reader: some ten thousand lines are far more than a reader who keeps up has waiting. */
const largestQueueBytes = 256 * 1024;
const heartbeatMs = 15_000;
/** Tells readers when to come again after the connection was lost. */
const retryMs = 2_000;

/**
 * Answers with server-sent events. A reader who leaves more than 256 KiB unread, or something unread from one heartbeat
 * to the next, is cut off: it comes again and reads what is, and nothing piles up here.
 *
 * `isAllowed` is asked with each heartbeat; `onClose` is called once, however it ends.
 */
export function openEventStream(
  reply: FastifyReply,
  parts: { readonly isAllowed: () => boolean | Promise<boolean>; readonly onClose: () => void },
): EventStream {
  const { raw } = reply;
  const source = new Readable({ read() {}, highWaterMark: largestQueueBytes });
  let unread = false;

  function cutOff(): void {
    raw.destroy();
    source.destroy();
  }

  function send(text: string): void {
    if (source.destroyed || source.readableEnded) return;
    source.push(text);
    if (source.readableLength > largestQueueBytes) cutOff();
  }

  async function beat(): Promise<void> {
    if (unread && source.readableLength > 0) {
      cutOff();
      return;
    }
    unread = source.readableLength > 0;
    if (!unread) send(': still here\n\n');
    await check();
  }

  async function check(): Promise<void> {
    if (!(await parts.isAllowed())) end();
  }

  function end(): void {
    if (!source.destroyed && !source.readableEnded) source.push(null);
  }

  const heartbeat = setInterval(() => {
    beat().catch(cutOff);
  }, heartbeatMs);
  heartbeat.unref();
  source.once('close', () => {
    clearInterval(heartbeat);
    parts.onClose();
  });
  // Proxies must not gather it.
  void reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store, no-transform')
    .header('x-accel-buffering', 'no')
    .send(source);
  send(`retry: ${retryMs}\n\n`);
  return {
    send,
    end,
    check: () => void check().catch(cutOff),
  };
}
