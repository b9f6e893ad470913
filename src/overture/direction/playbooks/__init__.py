"""Ready plan fragments: audience, trigger, messages, goal of the talk, next step, measure."""
