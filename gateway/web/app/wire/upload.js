// A file on its way to the server, with how far it is: what fetch does not tell.

import { getCSRF } from './api.js';

/**
 * @param {File} file @param {(sent: number) => void} progress bytes
 * @returns {{done: Promise<import('../core/api_types.js').Upload>, stop: () => void}} done fails with a Problem, or
 *   with null when it was stopped
 */
export function upload(file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open('POST', `/api/v1/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('X-CSRF-Token', getCSRF());
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (e) => progress(e.loaded);
    request.onload = () => {
      const { status, response } = request;
      if (status === 201 && response?.id) resolve(response);
      else reject(response?.code ? response : { code: 'internal', title: request.statusText, status });
    };
    request.onerror = () => reject({ code: 'unreachable', title: '', status: 0 });
    request.onabort = () => reject(null);
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}
