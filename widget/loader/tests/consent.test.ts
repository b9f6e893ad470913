import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Identity = typeof import('../src/identity');

const KEY = /overture_visitor=[0-9a-f]{32}/;
let identity: Identity;

function clear(): void {
  for (const name of ['overture_visitor', 'overture_consent']) {
    for (const domain of ['', ';domain=shop.example', ';domain=www.shop.example']) {
      // biome-ignore lint/suspicious/noDocumentCookie: as the loader does
      document.cookie = `${name}=;max-age=-1;path=/${domain}`;
    }
  }
}

async function newPage(): Promise<void> {
  vi.resetModules();
  identity = await import('../src/identity');
}

beforeEach(async () => {
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL('https://www.shop.example/');
  clear();
  await newPage();
});
afterEach(clear);

describe('what is stored', () => {
  it('is nothing until the site has said what it asks for', () => {
    expect(identity.key()).toBe('');
    expect(document.cookie).toBe('');
  });

  it('is a key of 128 bits where the site asks for nothing, the same on the next page', async () => {
    identity.settle('none');
    const key = identity.key();
    expect(document.cookie).toMatch(KEY);
    await newPage();
    expect(identity.key()).toBe(key);
  });

  it('is nothing without a yes where the site asks; a chat then has a key that dies with the page', async () => {
    identity.settle('required');
    expect(identity.allowed).toBe(false);
    expect(document.cookie).toBe('');
    expect(identity.key()).toBe('');
    const key = identity.chatKey();
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(identity.chatKey()).toBe(key);
    expect(document.cookie).toBe('');
  });

  it('is the key of the chat already begun, once the visitor says yes', () => {
    identity.settle('required');
    const key = identity.chatKey();
    identity.setConsent(true);
    identity.settle('required');
    expect(identity.key()).toBe(key);
    expect(document.cookie).toContain(key);
  });

  it('is a remembered yes on the next page', async () => {
    identity.setConsent(true);
    identity.settle('required');
    await newPage();
    expect(identity.consent).toBe(true);
  });

  it('is nothing again after a no', () => {
    identity.setConsent(true);
    identity.settle('required');
    identity.setConsent(false);
    identity.settle('required');
    expect(document.cookie).toBe('');
    expect(identity.key()).toBe('');
  });

  it('is only the no itself where the site asks for nothing', async () => {
    identity.settle('none');
    identity.setConsent(false);
    identity.settle('none');
    expect(document.cookie).toBe('overture_consent=no');
    await newPage();
    identity.settle('none');
    expect(identity.allowed).toBe(false);
    expect(identity.key()).toBe('');
  });

  it('is not a consent because a key was stored when the site asked for none', async () => {
    identity.settle('none');
    await newPage();
    identity.settle('required');
    expect(identity.allowed).toBe(false);
    expect(document.cookie).toBe('');
  });
});
