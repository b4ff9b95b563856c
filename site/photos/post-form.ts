/** Of the storage, for one object; `fields` come before the file. */
export interface Form {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Status 0: no answer. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds. */
const LONGEST_STALL = 30_000;
/** After the last byte: what the browser has handed over, a weak signal still has to carry. */
const LONGEST_ANSWER = 60_000;

/**
 * Uploads a file, and gives up when it stands still: a connection may be dead without anybody saying so. By
 * XMLHttpRequest, as only that tells how far an upload is. Never rejects.
 */
export function postForm(
  { url, fields }: Form,
  blob: Blob,
  progress: (bytes: number) => void,
): Promise<Answer> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', blob);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (longest: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), longest);
    };
    request.upload.addEventListener('progress', ({ loaded }) => {
      wait(LONGEST_STALL);
      progress(loaded);
    });
    request.upload.addEventListener('load', () => wait(LONGEST_ANSWER));
    request.addEventListener('loadend', () => {
      clearTimeout(timer);
      resolve({ status: request.status, text: request.responseText });
    });
    request.open('POST', url);
    request.send(body);
    wait(LONGEST_STALL);
  });
}
