import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { answerTo, type Question, questionOf, type ResponseCode } from './message.ts';

/** What the server says to one question: addresses, a refusal, or nothing at all. */
export type NameAnswer = readonly string[] | ResponseCode | 'silence';

export interface NameServer {
  /** As a resolver takes it: address and port. */
  readonly address: string;
  /** Questions so far, in order. */
  readonly questions: readonly Question[];
  /**
   * From now on questions for the name get these answers, one after the other, and the last one for ever. A question
   * for IPv4 and one for IPv6 each have a turn of their own; each is given the addresses of its kind.
   */
  answer(name: string, ...answers: NameAnswer[]): void;
  close(): Promise<void>;
}

/** A DNS server on loopback that changes its mind as told. Names it was not told of do not exist. */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  const questions: Question[] = [];
  const scripts = new Map<string, readonly NameAnswer[]>();
  const asked = new Map<string, number>();

  function next({ name, type }: Question): NameAnswer {
    const script = scripts.get(name) ?? ['NXDOMAIN'];
    const turn = asked.get(`${type} ${name}`) ?? 0;
    asked.set(`${type} ${name}`, turn + 1);
    return script[Math.min(turn, script.length - 1)] ?? 'NXDOMAIN';
  }

  socket.on('message', (message: Buffer, from: RemoteInfo) => {
    const question = questionOf(message);
    questions.push(question);
    const answer = next(question);
    if (answer !== 'silence') socket.send(answerTo(message, question, answer), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    answer(name, ...answers) {
      scripts.set(name, answers);
      for (const type of ['A', 'AAAA']) asked.delete(`${type} ${name}`);
    },
    close: () => new Promise((closed) => socket.close(() => closed())),
  };
}
