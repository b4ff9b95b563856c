import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { postForm } from '#site/photos/post-form.ts';

/** A browser's request that does only what the test has the network do. */
class FakeRequest extends EventTarget {
  static last: FakeRequest;
  readonly upload = new EventTarget();
  status = 0;
  responseText = '';
  isAborted = false;
  sent: FormData | undefined;
  open() {
    FakeRequest.last = this;
  }
  send(body: FormData) {
    this.sent = body;
  }
  abort() {
    this.isAborted = true;
    this.dispatchEvent(new Event('loadend'));
  }
  hear(loaded: number) {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded }));
  }
  answer(status: number, text: string) {
    Object.assign(this, { status, responseText: text });
    this.dispatchEvent(new Event('loadend'));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function begin() {
  const heard: number[] = [];
  const form = { url: 'https://photos.test/', fields: { key: 'photo/1', policy: 'p' } };
  const answer = postForm(form, new Blob(['x']), (bytes) => heard.push(bytes));
  return { heard, answer, request: FakeRequest.last };
}
const NO_ANSWER = { status: 0, text: '' };

describe('an upload', () => {
  it('sends the fields before the file and tells the answer', async () => {
    const { request, answer, heard } = begin();
    expect([...request.sent!.keys()]).toEqual(['key', 'policy', 'file']);
    request.hear(1);
    request.answer(403, '<Code>AccessDenied</Code>');
    expect(await answer).toEqual({ status: 403, text: '<Code>AccessDenied</Code>' });
    expect(heard).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that never gets going is given up after half a minute', async () => {
    const { request, answer } = begin();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(request.isAborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(request.isAborted).toBe(true);
    expect(await answer).toEqual(NO_ANSWER);
  });

  it('may take as long as it likes while it moves, and is given up when it stands still', async () => {
    const { request, answer } = begin();
    for (let bytes = 1; bytes <= 20; bytes++) {
      await vi.advanceTimersByTimeAsync(25_000);
      request.hear(bytes);
    }
    expect(request.isAborted).toBe(false);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(request.isAborted).toBe(true);
    expect(await answer).toEqual(NO_ANSWER);
  });

  it('that is handed over has a minute to be carried and answered', async () => {
    const { request, answer } = begin();
    request.hear(1);
    request.upload.dispatchEvent(new Event('load'));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(request.isAborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual(NO_ANSWER);
  });
});
