import { API, Problem, refusalSentence } from './client';
import type { StoredPhoto } from './types';

interface Upload {
	file: File;
	sidecar?: File | undefined;
	onprogress: (sentBytes: number) => void;
	signal: AbortSignal;
}

/** By XMLHttpRequest, because `fetch` does not tell how much has been sent. @throws Problem when it is refused. */
export function uploadPhoto({ file, sidecar, onprogress, signal }: Upload): Promise<StoredPhoto> {
	const form = new FormData();
	form.append('file_time', String(file.lastModified)); // before the file, so that the server has it when the bytes come
	if (sidecar) form.append('sidecar', sidecar, sidecar.name);
	form.append('file', file, file.name);
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open('POST', `${API}/photos`);
		request.setRequestHeader('accept', 'application/json');
		request.upload.onprogress = (event) => onprogress(Math.min(event.loaded, file.size));
		request.onload = () => {
			if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as StoredPhoto);
			else reject(new Problem(request.status, refusalSentence(request.status, request.responseText)));
		};
		request.onerror = () => reject(new Problem(0, refusalSentence(0, '')));
		request.onabort = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
		signal.addEventListener('abort', () => request.abort(), { once: true });
		request.send(form);
	});
}
