import type { TargetedSubmitEvent } from 'preact';
import { leaveMessage } from '../chat';
import { type FormDraft, form, toForm } from '../draft';
import * as state from '../state';
import { cut } from '../text';
import { useWritingBox } from '../ui/focus';
import { say } from '../words';
import { problemIn } from './contact';

const MAX_LINE = 200;

type FieldName = keyof FormDraft;

/** A message with a way to answer it. What was typed stays whatever goes wrong. */
export function OfflineForm() {
  const isUnderWay = state.isLeaving.value;

  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const problem = problemIn(form.value, needed());
    if (problem) {
      state.fieldError.value = { field: problem.field, message: say(problem.code) };
      event.currentTarget.querySelector<HTMLElement>(`[name=${problem.field}]`)?.focus();
    } else if (!isUnderWay) {
      const { text, email, phone, name } = form.value;
      leaveMessage({ text: text.trim(), email: email.trim(), phone: phone.trim(), name: name.trim() });
    }
  };

  const wish = state.wish.value;
  return (
    <form noValidate onSubmit={onSubmit}>
      {wish === 'call' || <Field name="text" label={say(needed() === 'text' ? 'your_message' : 'add_text')} />}
      {wish === 'call' || <Field name="email" label={say('email')} type="email" autoComplete="email" />}
      <Field name="phone" label={say('phone')} type="tel" autoComplete="tel" />
      {wish === 'call' || <p class="hint">{say('email_or_phone')}</p>}
      <Field name="name" label={say('name')} autoComplete="name" />
      <Unplaced />
      <button type="submit" class="button" disabled={isUnderWay}>
        {say(
          isUnderWay ? (state.link.value === 'up' ? 'sending' : 'waiting_line') : wish === 'call' ? 'way_call' : 'send',
        )}
      </button>
    </form>
  );
}

/** Who has written already while they waited need not write again; who wants to be called leaves a number. */
function needed(): 'text' | 'phone' | '' {
  if (state.isWishing.value && state.wish.value === 'call') return 'phone';
  return state.conversation.value?.state === 'waiting' || state.isWishing.value ? '' : 'text';
}

interface FieldProps {
  name: FieldName;
  label: string;
  type?: string;
  autoComplete?: string;
}

function Field({ name, label, type, autoComplete }: FieldProps) {
  const { value: error } = state.fieldError;
  const isWrong = error?.field === name;
  const box = useWritingBox();
  const props = {
    id: name,
    name,
    value: form.value[name],
    readOnly: state.isLeaving.value,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => {
      toForm({ [name]: name === 'text' ? currentTarget.value : cut(currentTarget.value, MAX_LINE) });
      if (isWrong) state.fieldError.value = null;
    },
    'aria-invalid': isWrong,
    'aria-describedby': isWrong ? `${name}-error` : undefined,
  };
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {name === 'text' ? (
        <textarea ref={box} rows={2} dir="auto" {...props} />
      ) : (
        <input type={type as 'text'} autoComplete={autoComplete} dir="auto" {...props} />
      )}
      {isWrong && (
        <p class="wrong" id={`${name}-error`} role="alert">
          {error.message}
        </p>
      )}
    </div>
  );
}

/** An error that belongs to no field here is told all the same. */
function Unplaced() {
  const error = state.fieldError.value;
  if (!error || error.field in form.value) return null;
  return (
    <p class="wrong" role="alert">
      {error.message}
    </p>
  );
}
