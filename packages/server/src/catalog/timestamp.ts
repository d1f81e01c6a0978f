import { z } from 'zod';

const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);

/**
 * Reads an ISO 8601 date and time with an offset, between the years 2000 and 2100, and gives it back in
 * UTC with milliseconds; or says why it cannot.
 */
function readTimestamp(written: string): { value: string } | { fault: string } {
  if (!form.test(written)) {
    return {
      fault: `Found "${written.slice(0, 40)}", expected a date and time in ISO 8601 with an offset, such as 2026-03-01T12:00:00.000Z.`,
    };
  }
  const timeMs = Date.parse(written);
  // Date.parse rolls 30 February over to March; printing the written wall time again shows it.
  const wall = `${written.slice(0, 19)}.000Z`;
  const wallMs = Date.parse(wall);
  if (Number.isNaN(timeMs) || Number.isNaN(wallMs) || new Date(wallMs).toISOString() !== wall) {
    return { fault: `Found "${written}", which is not a day and time that exist. Correct it.` };
  }
  if (timeMs < earliestMs || timeMs >= latestMs) {
    return { fault: `Found "${written}", expected a time from the year 2000 up to 2100. Correct it.` };
  }
  return { value: new Date(timeMs).toISOString() };
}

/** A time as events carry it: ISO 8601 in UTC with milliseconds, whatever offset it came with. */
export const timestamp = z
  .string()
  .check((payload) => {
    const read = readTimestamp(payload.value);
    if ('value' in read) payload.value = read.value;
    else payload.issues.push({ code: 'custom', message: read.fault, input: payload.value });
  })
  .meta({ format: 'date-time' });
