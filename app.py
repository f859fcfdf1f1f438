"""The app: ``make app``, or ``streamlit run app.py``."""

from simulator.ui.shell import main

main()
