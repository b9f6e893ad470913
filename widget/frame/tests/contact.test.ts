import { describe, expect, it } from 'vitest';
import { problemIn } from '../src/rare/contact';

const form = { text: 'Hello', email: '', phone: '', name: '' };

describe('the form', () => {
  it.each([
    [{ email: 'aino@shop.example' }],
    [{ phone: '+358 40 123 4567' }],
    [{ phone: '040-1234567' }],
    [{ email: ' a.b+c@x.co ', phone: '(09) 123 45' }],
  ])('takes %j', (fields) => expect(problemIn({ ...form, ...fields }, 'text')).toBeNull());

  it.each([
    [{ text: '  ', email: 'aino@shop.example' }, 'text'],
    [{}, 'email'],
    [{ email: 'aino' }, 'email'],
    [{ email: 'aino@shop' }, 'email'],
    [{ email: 'aino@shop.example', phone: 'call me' }, 'phone'],
    [{ phone: '123' }, 'phone'],
  ])('tells of %j at the field', (fields, field) =>
    expect(problemIn({ ...form, ...fields }, 'text')?.field).toBe(field),
  );

  it('needs no words of who has written while they waited', () => {
    expect(problemIn({ ...form, text: '', phone: '040 1234567' }, '')).toBeNull();
  });

  it('needs the number of who wants to be called, and nothing else', () => {
    expect(problemIn({ ...form, text: '', email: 'no address', phone: '040 1234567' }, 'phone')).toBeNull();
    expect(problemIn({ ...form, email: 'aino@shop.example' }, 'phone')?.field).toBe('phone');
  });
});
