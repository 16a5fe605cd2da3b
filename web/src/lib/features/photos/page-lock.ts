/** Keeps the page behind an overlay where it is: no scrolling, and no jump where its scrollbar was. @returns unlock */
export function lockPage(): () => void {
	const { documentElement: root, body } = document;
	const scrollbarPx = window.innerWidth - root.clientWidth;
	root.style.overflow = 'hidden';
	body.style.paddingRight = `${scrollbarPx}px`;
	return () => {
		root.style.overflow = '';
		body.style.paddingRight = '';
	};
}
