import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addToForm, form, keepDrafts, keepTextInSight, message, toForm } from '../src/draft';
import { recallLeft } from '../src/left';
import { take } from '../src/news';
import { outbox, put, showOutbox } from '../src/sending';
import * as state from '../src/state';
import { memoryStore } from '../src/storage';

const welcome = { v: 1, language: 'en', name: 'Nordic Bikes', colour: '#17423a' };
const nobody = { answering: false, reason: 'nobody' } as const;
const leave = { type: 'leave_message', cid: 'l1', email: 'a@b.fi', phone: '', name: '' } as const;

beforeAll(keepTextInSight);
beforeEach(() => {
  keepDrafts(memoryStore(), 't');
  for (const { frame } of outbox.entries()) outbox.remove(frame.cid);
  showOutbox();
  recallLeft(memoryStore(), 't');
  state.wordsLoaded.value = 'en';
  state.conversation.value = null;
  state.welcome.value = null;
  state.availability.value = { answering: true };
  message.value = '';
  toForm({ text: '', email: '' });
});

function arrive(availability: typeof state.availability.value): void {
  take({ type: 'welcome', ...welcome, availability });
}

describe('what is being written', () => {
  it('before the welcome goes along into the form', () => {
    message.value = 'Do you lend one';
    arrive(nobody);
    expect([form.value.text, message.value]).toEqual(['Do you lend one', '']);
  });

  it('goes back into the message box when somebody comes, and into the form when they go', () => {
    arrive(nobody);
    toForm({ text: 'Is it\nin stock?', email: 'a@b.fi' });
    take({ type: 'availability', availability: { answering: true } });
    expect([message.value, form.value.text, form.value.email]).toEqual(['Is it\nin stock?', '', 'a@b.fi']);
    message.value += ' In M?';
    take({ type: 'availability', availability: nobody });
    expect([message.value, form.value.text]).toEqual(['', 'Is it\nin stock? In M?']);
  });

  it('stands below what was refused because nobody is there, in order', () => {
    put({ type: 'send', cid: 's1', text: 'one' });
    put({ type: 'send', cid: 's2', text: 'two' });
    message.value = 'three';
    for (const cid of ['s1', 's2']) take({ type: 'error', code: 'not_answering', message: '', details: nobody, cid });
    arrive(nobody);
    expect([form.value.text, message.value]).toEqual(['one\ntwo\nthree', '']);
  });

  it('takes the place of a message left earlier', () => {
    state.left.value = { text: 'before', promise: { text: 'We call', who: 'agent', channel: 'phone' } };
    message.value = 'One more thing';
    arrive(nobody);
    expect([state.left.value, form.value.text]).toEqual([null, 'One more thing']);
  });

  it('stays in the form while it is on its way, and is gone once it arrived', () => {
    arrive(nobody);
    toForm({ text: 'Call me' });
    put({ ...leave, text: 'Call me' });
    take({ type: 'availability', availability: { answering: true } });
    expect([form.value.text, message.value]).toEqual(['Call me', '']);
    take({ type: 'left', cid: 'l1', promise: { text: 'We answer', who: 'agent', channel: 'email' } });
    expect([form.value.text, message.value]).toEqual(['', '']);
  });

  it('comes to the message box if it was refused when somebody is there again', () => {
    arrive(nobody);
    toForm({ text: 'Call me' });
    put({ ...leave, text: 'Call me' });
    take({ type: 'availability', availability: { answering: true } });
    take({ type: 'error', code: 'bad_contact', message: '', details: { field: 'email' }, cid: 'l1' });
    expect([form.value.text, message.value]).toEqual(['', 'Call me']);
  });

  it('waits unseen while a talk that is over is shown', () => {
    arrive({ answering: true });
    message.value = 'and another';
    state.conversation.value = { id: 'c_1', state: 'closed' };
    expect([message.value, form.value.text]).toEqual(['and another', '']);
    state.availability.value = nobody;
    state.isStartingAnew.value = true;
    expect([message.value, form.value.text]).toEqual(['', 'and another']);
  });

  it('puts nothing empty into the form', () => {
    arrive(nobody);
    toForm({ text: ' ' });
    addToForm('words');
    expect(form.value.text).toBe('words');
  });
});
